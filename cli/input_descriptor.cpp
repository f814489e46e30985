#include "cli/input_descriptor.h"

#include <fcntl.h>
#include <unistd.h>

namespace oddport {

InputDescriptor::InputDescriptor(const std::string& path)
    : name_(path == "-" ? "standard input" : path),
      opened_(path != "-"),
      descriptor_(opened_ ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {}

InputDescriptor::~InputDescriptor() {
  if (opened_ && descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace oddport
