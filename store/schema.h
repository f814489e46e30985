// The tables of a database and the steps that bring an older one up to date.
#pragma once

#include <string_view>

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own
class Database;
}

namespace oddport {

// Marks a database as one of this program, in the file's header (PRAGMA application_id): "oddp".
inline constexpr int store_application_id = 0x6f646470;

// The version that this program writes. It rises by one with every step in schema.cpp.
int schema_version();

// Throws StoreError where the file belongs to another program or to a newer version of this one; only reads.
void check_owner(SQLite::Database& database, std::string_view path);

// Creates what is missing, in one transaction. Throws as check_owner() does, and SQLite::Exception where the database cannot be written.
void migrate(SQLite::Database& database, std::string_view path);

}  // namespace oddport
