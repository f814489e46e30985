#include "capture/capture_ring.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace oddport {

namespace {

constexpr std::uint32_t section_header = 0x0a0d0d0a;
constexpr std::uint32_t interface_description = 1;
constexpr std::uint32_t enhanced_packet = 6;
constexpr std::uint16_t option_name = 2;
constexpr std::uint16_t option_resolution = 9;
constexpr char nanoseconds = 9;  // a power of ten, negative

// In the byte order of this machine, which the section's header tells.
template <typename Number>
void append(std::string& out, Number value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void fill_up(std::string& out) { out.append((4 - out.size() % 4) % 4, '\0'); }

void append_option(std::string& out, std::uint16_t code, std::string_view value) {
  append(out, code);
  append(out, static_cast<std::uint16_t>(value.size()));
  out += value;
  fill_up(out);
}

std::string block(std::uint32_t type, std::string body) {
  fill_up(body);
  std::string out;
  const auto length = static_cast<std::uint32_t>(body.size() + 12);
  append(out, type);
  append(out, length);
  out += body;
  append(out, length);
  return out;
}

std::string section_block() {
  std::string body;
  append(body, std::uint32_t{0x1a2b3c4d});
  append(body, std::uint16_t{1});  // version 1.0
  append(body, std::uint16_t{0});
  append(body, ~std::uint64_t{0});  // of a length that is not told
  return block(section_header, std::move(body));
}

std::string interface_block(const CaptureRing::Interface& one) {
  std::string body;
  append(body, static_cast<std::uint16_t>(one.link_type));
  append(body, std::uint16_t{0});
  append(body, std::uint32_t{0});  // packets are not cut
  append_option(body, option_name, one.name);
  append_option(body, option_resolution, std::string_view(&nanoseconds, 1));
  append(body, std::uint32_t{0});  // no further option
  return block(interface_description, std::move(body));
}

std::string packet_block(const Packet& packet, std::size_t interface) {
  const auto ticks = static_cast<std::uint64_t>(std::max<Time>(packet.time, 0));
  std::string body;
  body.reserve(packet.bytes.size() + 24);
  append(body, static_cast<std::uint32_t>(interface));
  append(body, static_cast<std::uint32_t>(ticks >> 32));
  append(body, static_cast<std::uint32_t>(ticks));
  append(body, static_cast<std::uint32_t>(packet.bytes.size()));
  append(body, packet.wire_length);
  body += packet.bytes;
  return block(enhanced_packet, std::move(body));
}

}  // namespace

CaptureRing::CaptureRing(std::string path, Bounds bounds, std::vector<Interface> interfaces)
    : path_(std::move(path)), bounds_(bounds), interfaces_(std::move(interfaces)) {}

std::string CaptureRing::name_of(std::size_t number) const {
  const std::size_t digits = std::to_string(std::max<std::size_t>(bounds_.files, 1) - 1).size();
  return fmt::format("{}{:0{}}", path_, number, digits);
}

bool CaptureRing::open() {
  begin_file();
  return failure_.empty();
}

void CaptureRing::begin_file() {
  flush();
  file_name_ = name_of(next_);
  next_ = (next_ + 1) % std::max<std::size_t>(bounds_.files, 1);
  // For its owner alone: packets may hold secrets.
  const int descriptor =
      ::open(file_name_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  file_.reset(descriptor < 0 ? nullptr : ::fdopen(descriptor, "wb"));
  if (file_ == nullptr) return fail();
  written_ = 0;
  holds_packets_ = false;
  put(section_block());
  for (const Interface& one : interfaces_) put(interface_block(one));
}

void CaptureRing::write(const Packet& packet, std::size_t interface) {
  if (!failure_.empty() || file_ == nullptr) return;
  const std::string bytes = packet_block(packet, interface);
  if (written_ + bytes.size() > bounds_.file_bytes && holds_packets_) begin_file();
  if (!failure_.empty()) return;
  put(bytes);
  holds_packets_ = true;
  ++packets_;
}

void CaptureRing::put(const std::string& bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) fail();
  written_ += bytes.size();
}

void CaptureRing::flush() {
  if (failure_.empty() && file_ != nullptr && std::fflush(file_.get()) != 0) fail();
}

void CaptureRing::fail() {
  failure_ = fmt::format("{}: {}", file_name_, std::generic_category().message(errno));
}

}  // namespace oddport
