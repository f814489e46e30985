// Wake-on-LAN: the packet that switches a machine on.
//
// AMD's "Magic Packet Technology" white paper: six bytes of ff and sixteen times the hardware
// address of the machine; a password of 4 or 6 bytes may follow. Any port serves; 9, 7 and 0 are
// customary.
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes start = "\xff\xff\xff\xff\xff\xff";

// The address that is repeated; empty where none is.
Bytes read_address(Bytes bytes) {
  if (bytes.size() < 102 || !bytes.starts_with(start)) return {};
  const Bytes address = bytes.substr(6, 6);
  if (address == start) return {};
  for (std::size_t n = 2; n <= 16; ++n)
    if (bytes.substr(n * 6, 6) != address) return {};
  return address;
}

Match recognize(const Exchange& seen) {
  Bytes address;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    address = read_address(message.bytes);
    if (address.empty()) return {};
  }
  if (address.empty()) return {};
  const auto octet = [address](std::size_t n) { return static_cast<unsigned char>(address[n]); };
  return confirmed("wakes {:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", octet(0), octet(1), octet(2),
                   octet(3), octet(4), octet(5));
}

constexpr Bytes packet =
    "\xff\xff\xff\xff\xff\xff\0\x0c\x29\x11\x22\x33\0\x0c\x29\x11\x22\x33\0\x0c\x29\x11\x22\x33\0"
    "\x0c\x29\x11\x22\x33"
    "\0\x0c\x29\x11\x22\x33\0\x0c\x29\x11\x22\x33\0\x0c\x29\x11\x22\x33\0\x0c\x29\x11\x22\x33"
    "\0\x0c\x29\x11\x22\x33\0\x0c\x29\x11\x22\x33\0\x0c\x29\x11\x22\x33\0\x0c\x29\x11\x22\x33"
    "\0\x0c\x29\x11\x22\x33\0\x0c\x29\x11\x22\x33\0\x0c\x29\x11\x22\x33\0\x0c\x29\x11\x22\x33secret"_b;

constexpr Example examples[] = {
    {.about = "with a password", .client = packet},
    {.about = "without", .client = packet.substr(0, 102)},
    {.about = "fifteen times", .client = packet.substr(0, 96), .expect = Certainty::none},
    {.about = "ff alone",
     .client = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer wol;
constinit const Recognizer wol{
    .name = "wol",
    .title = "Wake-on-LAN",
    .transports = Transports::udp,
    .hello = {.about = "nothing: the packet switches a machine on"},
    .reference = "AMD's \"Magic Packet Technology\"",
    .opens = {.client = ByteSet::of("\xff"), .server = ByteSet::of("\xff")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
