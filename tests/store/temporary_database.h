// A file name for a database of a test; the file, and what SQLite writes beside it, is gone when the test is over.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace oddport::testing {

class TemporaryDatabase {
 public:
  TemporaryDatabase() {
    std::string name = (std::filesystem::temp_directory_path() / "oddport-store-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) folder_ = name;
  }
  ~TemporaryDatabase() {
    std::error_code error;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, error);
  }
  TemporaryDatabase(const TemporaryDatabase&) = delete;
  TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;

  std::string path() const { return (folder_ / "seen.db").string(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace oddport::testing
