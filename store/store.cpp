#include "store/store.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "store/schema.h"
#include "store/store_error.h"

namespace oddport {

namespace {

// Several programs may write to one file, each of which commits once a second.
constexpr int patience_ms = 60'000;

std::string_view advice(int code) {
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "; another program holds it: try again when it is done";
    case SQLITE_FULL:
      return "; make room on the disk and read the same input again, nothing is kept twice";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return "; check the folder and its permissions, SQLite also writes FILE-wal and FILE-shm "
             "there";
    case SQLITE_NOTADB:
      return "; name another file";
    case SQLITE_CORRUPT:
      return "; `sqlite3 FILE .recover` may save what is left";
    default:
      return "";
  }
}

}  // namespace

Store::Store(const std::string& path, Missing missing) : path_(path) {
  guard([&] { open(missing); });
}

Store::~Store() = default;

void Store::open(Missing missing) {
  std::error_code error;
  if (missing == Missing::is_an_error && !path_.empty() && !std::filesystem::exists(path_, error))
    throw StoreError(fmt::format("{}: no such database; `oddport read --db {} CAPTURE` makes one",
                                 path_, path_));
  database_ = std::make_unique<SQLite::Database>(
      path_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, patience_ms);
  check_owner(*database_, path_);
  // A page that is in the log is safe from a killed program at once, and from a lost mains supply at the next checkpoint.
  database_->exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  database_->exec("PRAGMA cache_size = -65536; PRAGMA journal_size_limit = 67108864");
  if (database_->execAndGet("PRAGMA user_version").getInt() != schema_version() ||
      database_->execAndGet("PRAGMA application_id").getInt() != store_application_id)
    migrate(*database_, path_);
}

void Store::guard(const std::function<void()>& work) const {
  try {
    work();
  } catch (const SQLite::Exception& error) {
    throw StoreError(fmt::format("{}: {}{}", path_.empty() ? "temporary database" : path_,
                                 error.what(), advice(error.getErrorCode() & 0xff)));
  }
}

bool is_database(const std::string& path) {
  constexpr std::string_view magic = "SQLite format 3";  // with the NUL behind it: 16 octets
  std::array<char, magic.size() + 1> head{};
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  std::ifstream file(path, std::ios::binary);
  return file.read(head.data(), head.size()) &&
         std::string_view(head.data(), head.size()) == std::string_view(magic.data(), head.size());
}

}  // namespace oddport
