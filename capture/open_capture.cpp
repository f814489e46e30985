#include "capture/open_capture.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "capture/byte_window.h"
#include "capture/capture_format.h"
#include "capture/gzip_stream.h"
#include "capture/libpcap_source.h"
#include "capture/pcap_reader.h"
#include "capture/pcapng_reader.h"
#include "capture/zstd_stream.h"

namespace oddport {
namespace {

// Somebody compresses what is compressed already; nobody does it a third time, except to annoy.
constexpr int most_layers = 2;

std::string name_of(const std::string& path) { return path == "-" ? "standard input" : path; }

bool is_capture(CaptureFormat format) {
  return format == CaptureFormat::pcap || format == CaptureFormat::pcapng ||
         format == CaptureFormat::exotic_pcap;
}

// As in: 50 4b 03 04 "PK.."
std::string shown(Bytes first) {
  std::string hex;
  std::string text;
  for (const char c : first) {
    const auto byte = static_cast<unsigned char>(c);
    fmt::format_to(std::back_inserter(hex), "{:02x} ", byte);
    text += byte >= 0x20 && byte < 0x7f ? c : '.';
  }
  return fmt::format("{}\"{}\"", hex, text);
}

ReadError not_a_capture(const std::string& where, Bytes first) {
  return {where, 0, "not a capture: starts with " + shown(first.substr(0, 8))};
}

// The file with all compression taken off, standing on its first byte. None where it cannot be
// opened.
std::optional<ByteWindow> open_window(const std::string& path, const std::atomic<bool>* stop,
                                      ReadError& error) {
  std::string failure;
  std::unique_ptr<ByteStream> stream = open_byte_stream(path, failure, stop);
  if (stream == nullptr) {
    error = {name_of(path), 0, "the input " + failure};
    return std::nullopt;
  }
  std::optional<ByteWindow> window(std::in_place, std::move(stream));
  for (int layer = 0; layer < most_layers; ++layer) {
    window->refill(format_prefix);
    const CaptureFormat format = detect_format(window->rest());
    if (format == CaptureFormat::gzip) {
      window.emplace(open_gzip_stream(std::move(*window)));
    } else if (format == CaptureFormat::zstd) {
      window.emplace(open_zstd_stream(std::move(*window)));
    } else {
      break;
    }
  }
  window->refill(PcapReader::file_header_size);
  return window;
}

// Filled where the window holds nothing.
std::optional<ReadError> nothing_in(const ByteWindow& window, const std::string& where) {
  if (!window.rest().empty()) return std::nullopt;
  if (!window.failure().empty()) return ReadError{where, 0, "the input " + window.failure()};
  return ReadError{where, 0, "the input is empty"};
}

std::unique_ptr<PacketSource> open_by_libpcap(ByteWindow window, const std::string& where,
                                              ReadError& error) {
  const std::string first(window.rest().substr(0, PcapReader::file_header_size));
  const bool known = is_capture(detect_format(first));
  std::unique_ptr<PacketSource> source = LibpcapSource::open(std::move(window), where, error);
  if (source == nullptr) {
    error = known ? ReadError{where, 0, "libpcap cannot read it: " + error.what}
                  : not_a_capture(where, first);
  }
  return source;
}

}  // namespace

std::unique_ptr<PacketSource> open_capture(const std::string& path, ReadError& error,
                                           const OpenOptions& options) {
  const std::string where = name_of(path);
  std::optional<ByteWindow> window = open_window(path, options.stop, error);
  if (!window) return nullptr;
  if (std::optional<ReadError> nothing = nothing_in(*window, where)) {
    error = std::move(*nothing);
    return nullptr;
  }
  const Bytes first = window->rest();
  const CaptureFormat format =
      options.by_libpcap ? CaptureFormat::exotic_pcap : detect_format(first);
  if (format == CaptureFormat::pcapng) {
    return std::make_unique<PcapngReader>(std::move(*window), where);
  }
  const bool cut = first.size() < PcapReader::file_header_size;
  if (format == CaptureFormat::pcap && (cut || PcapReader::reads_version(first))) {
    return PcapReader::open(std::move(*window), where, error);
  }
  return open_by_libpcap(std::move(*window), where, error);
}

FileKind look_at_file(const std::string& path, ReadError& error) {
  const std::optional<ByteWindow> window = open_window(path, nullptr, error);
  if (!window) return FileKind::unreadable;
  if (std::optional<ReadError> nothing = nothing_in(*window, name_of(path))) {
    error = std::move(*nothing);
    return FileKind::other;
  }
  if (is_capture(detect_format(window->rest()))) return FileKind::capture;
  error = not_a_capture(name_of(path), window->rest());
  return FileKind::other;
}

}  // namespace oddport
