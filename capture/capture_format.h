// What kind of file it is, told by its first bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "classify/bytes.h"

namespace oddport {

enum class CaptureFormat : std::uint8_t {
  pcap,         // the classic format, micro- or nanoseconds, either byte order
  pcapng,       // draft-ietf-opsawg-pcapng
  exotic_pcap,  // a relative of pcap that libpcap reads
  gzip,         // RFC 1952
  zstd,         // RFC 8878, skippable frames included
  unknown,
};

// As many bytes as detect_format() looks at.
inline constexpr std::size_t format_prefix = 4;

CaptureFormat detect_format(Bytes first_bytes);

}  // namespace oddport
