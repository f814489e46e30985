// A file, or standard input, as a descriptor that is closed where it was opened here.
#pragma once

#include <string>

namespace oddport {

class InputDescriptor {
 public:
  // "-" is standard input.
  explicit InputDescriptor(const std::string& path);
  ~InputDescriptor();
  InputDescriptor(const InputDescriptor&) = delete;
  InputDescriptor& operator=(const InputDescriptor&) = delete;

  int get() const { return descriptor_; }  // -1 where it cannot be opened: errno says why
  const std::string& name() const { return name_; }
  // Appends all that is left of it; on error returns false, and errno says why.
  bool read_all(std::string& bytes) const;

 private:
  std::string name_;
  bool opened_;
  int descriptor_;
};

}  // namespace oddport
