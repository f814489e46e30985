#include "host/proc_net.h"

#include <array>
#include <bit>
#include <charconv>
#include <optional>

#include "classify/byte_reader.h"

namespace oddport {

namespace {

constexpr bool is_blank(unsigned char c) { return c == ' ' || c == '\t'; }

std::string_view next_word(ByteReader& line) {
  line.take_while(is_blank);
  return line.take_while([](unsigned char c) { return !is_blank(c); });
}

template <typename Number>
std::optional<Number> number(std::string_view text, int base) {
  Number value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// An address stands there in words of 32 bits as the machine holds them.
std::optional<std::uint32_t> address_word(std::string_view text) {
  const auto word = number<std::uint32_t>(text, 16);
  if (!word || std::endian::native == std::endian::big) return word;
  return *word << 24 | (*word & 0xff00) << 8 | (*word >> 8 & 0xff00) | *word >> 24;
}

std::optional<IpAddress> read_address(std::string_view text) {
  constexpr std::size_t digits = 8;
  if (text.size() != digits && text.size() != 4 * digits) return std::nullopt;
  std::array<std::uint64_t, 4> words{};
  for (std::size_t i = 0; i * digits < text.size(); ++i) {
    const auto word = address_word(text.substr(i * digits, digits));
    if (!word) return std::nullopt;
    words[i] = *word;
  }
  if (text.size() == digits) return IpAddress::v4(static_cast<std::uint32_t>(words[0]));
  if (words[0] == 0 && words[1] == 0 && words[2] == 0xffff)
    return IpAddress::v4(static_cast<std::uint32_t>(words[3]));
  return IpAddress::v6(words[0] << 32 | words[1], words[2] << 32 | words[3]);
}

std::optional<Endpoint> read_endpoint(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto ip = read_address(text.substr(0, colon));
  const auto port = number<std::uint16_t>(text.substr(colon + 1), 16);
  if (!ip || !port) return std::nullopt;
  return Endpoint{*ip, *port};
}

// "0: 0100007F:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 ...": slot, both ends, state, queues,
// timer, retransmissions, user, time-out, inode.
std::optional<Socket> read_line(std::string_view text, Transport transport) {
  ByteReader line{text};
  next_word(line);
  const auto local = read_endpoint(next_word(line));
  const auto remote = read_endpoint(next_word(line));
  const auto state = number<std::uint8_t>(next_word(line), 16);
  for (int skipped = 0; skipped < 3; ++skipped) next_word(line);
  const auto uid = number<std::uint32_t>(next_word(line), 10);
  next_word(line);
  const auto inode = number<std::uint32_t>(next_word(line), 10);
  if (!local || !remote || !state || !uid || !inode || !is_told(transport, *state))
    return std::nullopt;
  Socket socket;
  socket.transport = transport;
  socket.state = state_of(transport, *state);
  socket.local = *local;
  if (remote->port != 0) socket.remote = *remote;
  socket.uid = *uid;
  socket.inode = *inode;
  return socket;
}

}  // namespace

void read_proc_net(std::string_view table, Transport transport, std::vector<Socket>& sockets) {
  while (!table.empty()) {
    const std::size_t end = table.find('\n');
    const auto socket = read_line(table.substr(0, end), transport);
    if (socket) sockets.push_back(*socket);
    table.remove_prefix(end == std::string_view::npos ? table.size() : end + 1);
  }
}

}  // namespace oddport
