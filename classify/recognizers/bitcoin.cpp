// Bitcoin and the many networks that kept its messages (Litecoin, Dogecoin, Dash, Bitcoin Cash).
//
// Bitcoin developer reference, P2P network. Message: network (4), command (12, text and zeros), length (4, low byte
// first), checksum (4, of SHA-256 twice; 5d f6 e0 e2 for nothing), body. Both sides begin with "version".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  Bytes network;
  Bytes command;
};

struct Network {
  Bytes magic;
  std::string_view name;
};
constexpr auto networks = std::to_array<Network>({{"\xf9\xbe\xb4\xd9"_b, "Bitcoin"},
                                                  {"\x0b\x11\x09\x07"_b, "Bitcoin's testnet"},
                                                  {"\x1c\x16\x3f\x28"_b, "Bitcoin's testnet"},
                                                  {"\xfa\xbf\xb5\xda"_b, "a regression test"},
                                                  {"\x0a\x03\xcf\x40"_b, "Bitcoin's signet"},
                                                  {"\xe3\xe1\xf3\xe8"_b, "Bitcoin Cash"},
                                                  {"\xfb\xc0\xb6\xdb"_b, "Litecoin"},
                                                  {"\xc0\xc0\xc0\xc0"_b, "Dogecoin"},
                                                  {"\xbf\x0c\x6b\xbd"_b, "Dash"},
                                                  {"\x24\xe9\x27\x64"_b, "Zcash"},
                                                  {"\xf9\xbe\xb4\xfe"_b, "Namecoin"}});

std::string_view name_of(Bytes magic) {
  const auto* const found = std::ranges::find(networks, magic, &Network::magic);
  return found == networks.end() ? "a network of its kind" : found->name;
}

bool is_command(Bytes command) {
  constexpr auto known = std::to_array<Bytes>(
      {"version",    "verack",       "addr",         "addrv2",    "inv",       "getdata",
       "getblocks",  "getheaders",   "headers",      "tx",        "block",     "ping",
       "pong",       "mempool",      "sendheaders",  "feefilter", "sendcmpct", "cmpctblock",
       "sendaddrv2", "wtxidrelay",   "alert",        "reject",    "notfound",  "getaddr",
       "filterload", "sendtxrcncl",  "getcfheaders", "protoconf", "sendaddr",  "checkorder",
       "senddsq",    "qsendrecsigs", "xversion"});
  return std::ranges::find(known, command) != known.end();
}

// The body of "version": version (4), services (8), time (8), two addresses (26 each), ...
bool is_version(ByteReader body, std::uint32_t length) {
  const std::uint32_t version = body.u32_le();
  body.skip(8 + 8);
  return body && length >= 46 && length < 2000 && version >= 100 && version < 10'000'000;
}

Fit read_side(Bytes bytes, bool from_start, Speech& said) {
  ByteReader reader{bytes};
  said.network = reader.take(4);
  const Bytes field = reader.take(12);
  said.command = until_nul(field);
  const std::uint32_t length = reader.u32_le();
  const std::uint32_t checksum = reader.u32();
  if (!reader || length > 0x4000000 || !is_command(said.command)) return Fit::alien;
  if (!is_zero(field.substr(said.command.size()))) return Fit::alien;
  if (from_start && said.command != "version") return Fit::alien;
  if (length == 0 && checksum != 0x5df6e0e2) return Fit::alien;
  const bool whole = length <= reader.remaining();
  if (said.command == "version" && whole && !is_version(reader, length)) return Fit::alien;
  // The next message is of the same network.
  const Bytes next = whole ? reader.rest().substr(length, 4) : Bytes{};
  return said.network.starts_with(next) ? Fit::proves : Fit::alien;
}

Match recognize_bitcoin(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    return read_side(bytes, seen.client_from_start, client);
  });
  const Fit answers = judge_stream(seen, Side::server, [&](Bytes bytes) {
    return read_side(bytes, seen.server_from_start, server);
  });
  const bool asked = asks >= Fit::weak;
  const Speech& shown = asked ? client : server;
  return answer(weigh(seen, asks, answers), "{} sends {} to {}", asked ? "client" : "server",
                Printable{shown.command}, name_of(shown.network));
}

constexpr Bytes version =
    "\xf9\xbe\xb4\xd9version\0\0\0\0\0\x55\0\0\0\x12\x34\x56\x78\x7f\x11\1\0\x0d\4\0\0\0\0\0\0"
    "\x29\xde\x5a\x65\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1\x20\x8d"
    "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\2\x20\x8d"
    "12345678\0\0\0\0\0"_b;

constexpr Bytes other_version =
    "\xf9\xbe\xb4\xd9version\0\0\0\0\0\x55\0\0\0\x12\x34\x56\x78\x7f\x11\1\0\x0d\4\0\0\0\0\0\0"
    "\x29\xde\x5a\x65\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1\x20\x8d"
    "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\2\x20\x8d"
    "98765432\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "versions", .client = version, .server = other_version},
    {.about = "an echo", .client = version, .server = version, .expect = Certainty::likely},
    {.about = "one side alone", .client = version},
    {.about = "a name that is not known",
     .client = "\xf9\xbe\xb4\xd9verses\0\0\0\0\0\0\0\0\0\0\x5d\xf6\xe0\xe2"_b,
     .expect = Certainty::none},
    {.about = "bytes in the field's zeros",
     .client = "\xf9\xbe\xb4\xd9version\0\0\0\1\0\x55\0\0\0\x12\x34\x56\x78"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = version,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
    {.about = "the network's magic alone",
     .client = "\xf9\xbe\xb4\xd9"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer bitcoin;
constinit const Recognizer bitcoin{
    .name = "bitcoin",
    .title = "Bitcoin",
    .hello = {.about = "nothing: a version would make a peer of the prober"},
    .reference = "Bitcoin developer reference, P2P network",
    .judge = recognize_bitcoin,
    .examples = examples,
};

}  // namespace oddport::recognizers
