// A folder taken for the root of a file system, as a container has one: no path and no link in it leads out.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "host/descriptor.h"

namespace oddport {

class RootFolder {
 public:
  // Of a folder that cannot be opened, everything is missing.
  explicit RootFolder(const std::string& path);

  explicit operator bool() const { return static_cast<bool>(folder_); }
  // Regular files only, so that nothing waits for the other end of a pipe; not open where anything is wrong.
  Descriptor open_file(const std::string& path) const;
  std::optional<struct stat> look_at(const std::string& path) const;
  // Nothing where the file cannot be read, or is larger than `most` bytes.
  std::optional<std::string> read(const std::string& path, std::size_t most) const;
  // Names in a folder, sorted; none where it cannot be read.
  std::vector<std::string> list(const std::string& path) const;

 private:
  Descriptor open(const std::string& path, int flags) const;

  Descriptor folder_;
};

// At most `most` bytes of a file of /proc, whose size nothing tells beforehand; nothing where it cannot be read.
std::optional<std::string> read_proc_file(const std::string& path,
                                          std::size_t most = std::size_t{64} << 20);

}  // namespace oddport
