#include "cli/input_descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace oddport {

InputDescriptor::InputDescriptor(const std::string& path)
    : name_(path == "-" ? "standard input" : path),
      opened_(path != "-"),
      descriptor_(opened_ ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {}

InputDescriptor::~InputDescriptor() {
  if (opened_ && descriptor_ >= 0) ::close(descriptor_);
}

bool InputDescriptor::read_all(std::string& bytes) const {
  if (descriptor_ < 0) return false;
  std::array<char, 65536> piece{};
  while (true) {
    const ssize_t size = ::read(descriptor_, piece.data(), piece.size());
    if (size == 0) return true;
    if (size > 0)
      bytes.append(piece.data(), static_cast<std::size_t>(size));
    else if (errno != EINTR)
      return false;
  }
}

}  // namespace oddport
