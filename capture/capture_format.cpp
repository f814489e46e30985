#include "capture/capture_format.h"

#include "classify/byte_reader.h"

namespace oddport {
namespace {

CaptureFormat of_magic(std::uint32_t magic) {
  switch (magic) {
    case 0xa1b2c3d4:  // microseconds
    case 0xa1b23c4d:  // nanoseconds
      return CaptureFormat::pcap;
    case 0xa1b2cd34:  // Kuznetzov's, with longer record headers
    case 0xa12b3c4d:  // Navtel
    case 0x1c0001ac:  // Ixia, hardware
    case 0x1c0001ab:  // Ixia, software
      return CaptureFormat::exotic_pcap;
    case 0x0a0d0d0a:
      return CaptureFormat::pcapng;
    case 0x28b52ffd:
      return CaptureFormat::zstd;
    default:
      return (magic & 0xf0ffffff) == 0x502a4d18 ? CaptureFormat::zstd : CaptureFormat::unknown;
  }
}

}  // namespace

CaptureFormat detect_format(Bytes first_bytes) {
  if (first_bytes.starts_with("\x1f\x8b")) return CaptureFormat::gzip;
  ByteReader big(first_bytes);
  ByteReader little(first_bytes);
  const CaptureFormat as_written = of_magic(big.u32());
  const CaptureFormat swapped = of_magic(little.u32_le());
  if (!big) return CaptureFormat::unknown;
  if (as_written != CaptureFormat::unknown) return as_written;
  // The compressors' magics have one byte order only.
  return swapped == CaptureFormat::zstd ? CaptureFormat::unknown : swapped;
}

}  // namespace oddport
