// Opens a capture of any kind, compressed or not, by what is in it; its name says nothing.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "capture/packet_source.h"

namespace oddport {

struct OpenOptions {
  // Reads everything by way of libpcap: slower, and without captures of several link types.
  bool by_libpcap = false;
  // When true, an input that waits for bytes ends at the next signal. May be null.
  const std::atomic<bool>* stop = nullptr;
};

// The path "-" is standard input. Null where nothing can be read at all, and then `error` says why;
// a capture that is damaged further on opens, and tells in PacketSource::errors().
std::unique_ptr<PacketSource> open_capture(const std::string& path, ReadError& error,
                                           const OpenOptions& options = {});

enum class FileKind : std::uint8_t {
  capture,     // begins as captures do, once decompressed
  other,       // anything else, the empty file included
  unreadable,  // cannot be opened
};

// Looks at the first bytes only. `error` is filled, with the reason, unless it is a capture.
FileKind look_at_file(const std::string& path, ReadError& error);

}  // namespace oddport
