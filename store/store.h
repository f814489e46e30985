// One database file in which observations and verdicts are kept: opens it, and says in plain words what is wrong with it.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own
class Database;
}

namespace oddport {

class Store {
 public:
  enum class Missing : bool { is_an_error, is_created };

  // Opens the file and brings its schema up to date. An empty path is a database of its own, that may spill to the disk and is gone with the
  // object. Throws StoreError.
  Store(const std::string& path, Missing missing);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const std::string& path() const { return path_; }
  SQLite::Database& database() { return *database_; }
  // Runs the work, and throws what SQLite complains of as StoreError with the file's name.
  void guard(const std::function<void()>& work) const;

 private:
  void open(Missing missing);

  std::string path_;
  std::unique_ptr<SQLite::Database> database_;
};

// The file begins as a database of SQLite does, whoever wrote it.
bool is_database(const std::string& path);

}  // namespace oddport
