// A file name for a database of a test; the file, and what SQLite writes beside it, is gone when the test is over.
#pragma once

#include <string>

#include "tests/temporary_folder.h"

namespace oddport::testing {

class TemporaryDatabase {
 public:
  std::string path() const { return folder_.path() / "seen.db"; }

 private:
  test::TemporaryFolder folder_;
};

}  // namespace oddport::testing
