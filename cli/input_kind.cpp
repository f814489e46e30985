#include "cli/input_kind.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "cli/input_descriptor.h"
#include "store/store.h"
#include "store/store_error.h"

namespace oddport {

namespace {

// tee(2) copies what is in a pipe and leaves it there.
std::optional<char> first_of_pipe(int descriptor) {
  int copy[2];
  if (::pipe2(copy, O_CLOEXEC) != 0) return std::nullopt;
  char first = 0;
  const bool have = ::tee(descriptor, copy[1], 1, 0) == 1 && ::read(copy[0], &first, 1) == 1;
  ::close(copy[0]);
  ::close(copy[1]);
  return have ? std::optional(first) : std::nullopt;
}

std::optional<char> first_byte(int descriptor) {
  struct stat about {};
  if (::fstat(descriptor, &about) != 0) return std::nullopt;
  if (S_ISFIFO(about.st_mode)) return first_of_pipe(descriptor);
  char first = 0;
  const off_t at = ::lseek(descriptor, 0, SEEK_CUR);
  if (at < 0 || ::pread(descriptor, &first, 1, at) != 1) return std::nullopt;
  return first;
}

}  // namespace

InputKind kind_of_input(const std::string& path) {
  const auto look = [](int descriptor) {
    return first_byte(descriptor) == '{' ? InputKind::records : InputKind::other;
  };
  if (path == "-") return look(STDIN_FILENO);
  // A named pipe is not opened twice: its writer would see the first reader leave.
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return InputKind::other;
  const InputDescriptor input(path);
  return look(input.get());
}

bool is_lone_database(std::span<const std::string> inputs, std::string_view others) {
  const auto database = std::ranges::find_if(inputs, is_database);
  if (database == inputs.end()) return false;
  if (inputs.size() == 1) return true;
  throw StoreError(
      fmt::format("{}: a database stands alone; name one database, or {}", *database, others));
}

}  // namespace oddport
