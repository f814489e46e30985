#include "store/store.h"

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "store/schema.h"
#include "store/store_error.h"
#include "tests/store/temporary_database.h"

namespace oddport {
namespace {

using testing::TemporaryDatabase;

std::string complaint(const std::string& path, Store::Missing missing) {
  try {
    const Store store(path, missing);
  } catch (const StoreError& error) {
    return error.what();
  }
  return "none";
}

TEST(Store, IsCreatedOnceAndOpenedAgain) {
  const TemporaryDatabase file;
  EXPECT_FALSE(is_database(file.path()));
  for (int i = 0; i < 2; ++i) {
    Store store(file.path(), Store::Missing::is_created);
    EXPECT_EQ(store.database().execAndGet("PRAGMA user_version").getInt(), schema_version());
    EXPECT_EQ(store.database().execAndGet("PRAGMA journal_mode").getString(), "wal");
  }
  EXPECT_TRUE(is_database(file.path()));
}

TEST(Store, BringsAnOlderSchemaUpToDate) {
  const TemporaryDatabase file;
  {
    Store store(file.path(), Store::Missing::is_created);
    // As the first step left it.
    store.database().exec(
        "DROP TABLE service; DROP TABLE pair; DROP TABLE progress; DROP TABLE known;"
        "DROP TABLE own_address;"
        "INSERT INTO origin (name) VALUES ('kept'); PRAGMA user_version = 1");
  }
  Store store(file.path(), Store::Missing::is_an_error);
  EXPECT_EQ(store.database().execAndGet("SELECT rolled_up_to FROM progress").getInt(), 0);
  EXPECT_EQ(store.database().execAndGet("SELECT name FROM origin").getString(), "kept");
}

TEST(Store, SaysWhatIsWrongWithAFile) {
  const TemporaryDatabase file;
  EXPECT_NE(complaint(file.path(), Store::Missing::is_an_error).find("no such database"),
            std::string::npos);
  { const Store store(file.path(), Store::Missing::is_created); }
  {
    SQLite::Database raw(file.path(), SQLite::OPEN_READWRITE);
    raw.exec("PRAGMA user_version = 4711");
  }
  EXPECT_NE(complaint(file.path(), Store::Missing::is_an_error).find("newer"), std::string::npos);
  {
    SQLite::Database raw(file.path(), SQLite::OPEN_READWRITE);
    raw.exec("PRAGMA application_id = 1");
  }
  EXPECT_NE(complaint(file.path(), Store::Missing::is_an_error).find("another file"),
            std::string::npos);
  std::ofstream(file.path(), std::ios::binary | std::ios::trunc) << std::string(5000, 'x');
  EXPECT_NE(complaint(file.path(), Store::Missing::is_created).find(file.path()),
            std::string::npos);
  EXPECT_NE(complaint("/nowhere/at/all.db", Store::Missing::is_created).find("check the folder"),
            std::string::npos);
}

TEST(Store, NeverTakesTheTablesOfAnother) {
  const TemporaryDatabase file;
  {
    SQLite::Database raw(file.path(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    raw.exec("CREATE TABLE endpoint (x)");
  }
  EXPECT_NE(complaint(file.path(), Store::Missing::is_created).find("another file"),
            std::string::npos);
  SQLite::Database raw(file.path(), SQLite::OPEN_READONLY);
  EXPECT_EQ(raw.execAndGet("PRAGMA journal_mode").getString(), "delete");
}

}  // namespace
}  // namespace oddport
