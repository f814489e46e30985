#include "host/root_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace oddport {

namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

// Appends until the end or until `most` bytes are there. False where reading failed.
bool read_on(int file, std::size_t most, std::string& text) {
  constexpr std::size_t step = 65536;
  while (text.size() < most) {
    const std::size_t before = text.size();
    text.resize(before + std::min(step, most - before));
    const ssize_t got = ::read(file, text.data() + before, text.size() - before);
    text.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got == 0) return true;
    if (got < 0 && errno != EINTR) return false;
  }
  return true;
}

}  // namespace

RootFolder::RootFolder(const std::string& path)
    : folder_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}

Descriptor RootFolder::open(const std::string& path, int flags) const {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return Descriptor(
      static_cast<int>(::syscall(SYS_openat2, folder_.number(), path.c_str(), &how, sizeof how)));
}

Descriptor RootFolder::open_file(const std::string& path) const {
  Descriptor file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat status {};
  const bool regular = file && ::fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode);
  return regular ? std::move(file) : Descriptor();
}

std::optional<struct stat> RootFolder::look_at(const std::string& path) const {
  const Descriptor file = open(path, O_PATH);
  struct stat status {};
  if (!file || ::fstat(file.number(), &status) != 0) return std::nullopt;
  return status;
}

std::optional<std::string> RootFolder::read(const std::string& path, std::size_t most) const {
  const Descriptor file = open_file(path);
  std::string text;
  if (!file || !read_on(file.number(), most + 1, text) || text.size() > most) return std::nullopt;
  return text;
}

std::vector<std::string> RootFolder::list(const std::string& path) const {
  std::vector<std::string> names;
  const Descriptor found = open(path, O_RDONLY | O_DIRECTORY);
  if (!found) return names;
  const std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(::dup(found.number())));
  if (folder == nullptr) return names;
  while (const dirent* entry = ::readdir(folder.get())) names.emplace_back(entry->d_name);
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> read_proc_file(const std::string& path, std::size_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  if (!file || !read_on(file.number(), most, text)) return std::nullopt;
  return text;
}

}  // namespace oddport
