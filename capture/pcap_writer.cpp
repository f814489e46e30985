#include "capture/pcap_writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>

namespace oddport {

namespace {

constexpr std::uint32_t magic_of_nanoseconds = 0xa1b23c4d;
constexpr Time second = 1'000'000'000;

}  // namespace

PcapWriter::PcapWriter(std::FILE* file, LinkType link_type) : file_(file) {
  // In the order of this machine, which the magic number tells: version 2.4, two unused words, the longest packet.
  const std::array<std::uint32_t, 6> header = {magic_of_nanoseconds,
                                               0,
                                               0,
                                               0,
                                               static_cast<std::uint32_t>(longest),
                                               static_cast<std::uint32_t>(link_type)};
  const std::array<std::uint16_t, 2> version = {2, 4};
  put(&header[0], 4);
  put(version.data(), sizeof version);
  put(&header[2], sizeof header - 8);
}

void PcapWriter::put(const void* data, std::size_t size) {
  errno = 0;
  if (error_ == 0 && std::fwrite(data, 1, size, file_) != size) error_ = errno != 0 ? errno : EIO;
}

void PcapWriter::write(Bytes packet, Time time) {
  const std::size_t kept = std::min(packet.size(), longest);
  const Time seconds =
      std::clamp<Time>(time / second, 0, std::numeric_limits<std::uint32_t>::max());
  const std::array<std::uint32_t, 4> header = {
      static_cast<std::uint32_t>(seconds), static_cast<std::uint32_t>(time < 0 ? 0 : time % second),
      static_cast<std::uint32_t>(kept), static_cast<std::uint32_t>(packet.size())};
  const std::lock_guard lock(mutex_);
  put(header.data(), sizeof header);
  put(packet.data(), kept);
}

bool PcapWriter::flush() {
  const std::lock_guard lock(mutex_);
  errno = 0;
  if (error_ == 0 && std::fflush(file_) != 0) error_ = errno != 0 ? errno : EIO;
  return error_ == 0;
}

}  // namespace oddport
