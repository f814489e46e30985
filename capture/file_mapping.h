// A stretch of a regular file, mapped into memory; a file that shrinks meanwhile is noticed instead of died of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "classify/bytes.h"

namespace oddport {

class FileMapping {
 public:
  // Up to `length` bytes of the file from `offset` on: as many as it has, none where it ends before. Nothing where the
  // descriptor is not that of a regular file, or the system refuses. The descriptor may be closed afterwards.
  static std::optional<FileMapping> map(int descriptor, std::uint64_t offset, std::size_t length);

  FileMapping(FileMapping&& other) noexcept;
  FileMapping& operator=(FileMapping&& other) noexcept;
  ~FileMapping();

  Bytes bytes() const { return shown_; }
  // False once a page could not be had, because the file was cut or its device failed. Such pages read as zeros, where
  // the system would have ended the program with SIGBUS.
  bool intact() const;

 private:
  FileMapping() = default;

  void* pages_ = nullptr;
  std::size_t size_ = 0;  // of the pages
  Bytes shown_;
  std::size_t guard_ = 0;
};

}  // namespace oddport
