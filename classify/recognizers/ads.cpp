// ADS: Beckhoff's TwinCAT controllers.
//
// Beckhoff Information System, "ADS/AMS specification". Over TCP, little endian: zero (2), length of the rest (4), then target
// and source (net id of 6, port of 2 each), command (1 to 9), flags (4 request, 5 answer), length of the data (4), error (4),
// number (4). Discovery over UDP: 71146603 (4), number (4), operation (4; 80000000 in answers), net id, port, count of tags
// (4), tags of kind, length (2 each).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  bool begun = false;
  std::uint16_t command = 0;
  std::array<std::uint8_t, 6> target{};
};

std::string_view command_name(std::uint16_t command) {
  constexpr auto names = std::to_array<std::string_view>(
      {"a command", "ReadDeviceInfo", "Read", "Write", "ReadState", "WriteControl",
       "AddDeviceNotification", "DeleteDeviceNotification", "DeviceNotification", "ReadWrite"});
  return names[command < names.size() ? command : 0];
}

// Net ids mostly end in ".1.1", and none is of zeros.
bool is_node(const std::array<std::uint8_t, 6>& id) { return id != std::array<std::uint8_t, 6>{}; }

std::array<std::uint8_t, 6> read_id(ByteReader& reader) {
  std::array<std::uint8_t, 6> id{};
  for (std::uint8_t& byte : id) byte = reader.u8();
  return id;
}

Frame read_message(ByteReader& reader, Talk& talk) {
  if (reader.u16() != 0) return Frame::bad;
  const std::uint32_t length = reader.u32_le();
  const auto target = read_id(reader);
  reader.skip(2);
  const auto source = read_id(reader);
  reader.skip(2);
  const std::uint16_t command = reader.u16_le();
  const std::uint16_t flags = reader.u16_le();
  const std::uint32_t data = reader.u32_le();
  const std::uint32_t error = reader.u32_le();
  reader.skip(4);
  if (!reader) return Frame::cut;
  if (length < 32 || data != length - 32 || command > 9 || (flags & 0xff8e) != 4) return Frame::bad;
  if (!is_node(target) || !is_node(source) || error > 0xffff) return Frame::bad;
  if (!talk.begun) talk = {true, command, target};
  reader.skip(std::min<std::size_t>(data, reader.remaining()));
  return Frame::good;
}

Fit judge_stream(const Exchange& exchange, Side side, Talk& talk) {
  if (exchange.said(side).empty()) return Fit::open;
  const Walk walk = walk_stream(exchange, side,
                                [&talk](ByteReader& reader) { return read_message(reader, talk); });
  if (walk.broken) return walk.frames >= 2 ? Fit::fits : Fit::alien;
  return walk.frames > 0 ? Fit::proves : Fit::open;
}

Fit judge_discovery(const Message& message, Talk& talk) {
  ByteReader reader{message.bytes};
  reader.accept("\x03\x66\x14\x71");
  reader.skip(4);
  const std::uint32_t operation = reader.u32_le();
  const auto id = read_id(reader);
  reader.skip(2);
  const std::uint32_t tags = reader.u32_le();
  if (!reader || (operation & 0x7fffffff) > 64 || tags > 64) return Fit::alien;
  for (std::uint32_t n = 0; n < tags; ++n) {
    reader.skip(2);
    reader.skip(reader.u16_le());
  }
  if (message.is_whole() && (!reader || !reader.at_end())) return Fit::alien;
  if (!talk.begun) talk = {true, 0, id};
  return Fit::proves;
}

constexpr Openings opens = {.client = ByteSet::of("\0\x03"_b), .server = ByteSet::of("\0\x03"_b)};

Match recognize_ads(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  const bool udp = exchange.transport == Transport::udp;
  Match match;
  if (udp)
    match.certainty =
        weigh(judge_datagrams(exchange, Side::client,
                              [&](const Message& m) { return judge_discovery(m, client); }),
              judge_datagrams(exchange, Side::server,
                              [&](const Message& m) { return judge_discovery(m, server); }));
  else
    match.certainty = weigh(judge_stream(exchange, Side::client, client),
                            judge_stream(exchange, Side::server, server));
  if (!match) return match;
  const Talk& shown = client.begun ? client : server;
  const auto& id = shown.target;
  match.says =
      Note::of("{} begins with {} {} {}.{}.{}.{}.{}.{}", client.begun ? "client" : "server",
               udp ? "a discovery" : command_name(shown.command), udp ? "of" : "to", id[0], id[1],
               id[2], id[3], id[4], id[5]);
  return match;
}

constexpr Bytes read_state =
    "\0\0 \0\0\0\x05\ru`\x01\x01\x10'\xc0\xa8\x01\xc7\x01\x01\x03\x80\x04\0\x04\0\0\0\0\0\0"
    "\0\0\0\x03\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "the state is read",
     .client = read_state,
     .server =
         "\0\0(\0\0\0\xc0\xa8\x01\xc7\x01\x01\x03\x80\x05\ru`\x01\x01\x10'\x04\0\x05\0\x08\0\0\0"
         "\0\0\0\0\x03\0\0\0\0\0\0\0\x05\0\x02\0"_b,
     .transport = Transport::tcp},
    {.about = "the client alone", .client = read_state, .transport = Transport::tcp},
    {.about = "discovered",
     .client = "\x03"
               "f\x14q\0\0\0\0\x01\0\0\0\xc0\xa8\x01\xc7\x01\x01\x10'\0\0\0\0"_b,
     .server = "\x03"
               "f\x14q\0\0\0\0\x01\0\0\x80\x05\ru`\x01\x01\x10'\x01\0\0\0\x05\0\n\0CX-0D7560\0"_b,
     .transport = Transport::udp},
    {.about = "two lengths that differ",
     .client =
         "\0\0 \0\0\0\x05\ru`\x01\x01\x10'\xc0\xa8\x01\xc7\x01\x01\x03\x80\x04\0\x04\0\x01\0\0\0"
         "\0\0\0\0\x03\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "flags of neither",
     .client =
         "\0\0 \0\0\0\x05\ru`\x01\x01\x10'\xc0\xa8\x01\xc7\x01\x01\x03\x80\x04\0\x08\0\0\0\0\0\0"
         "\0\0\0\x03\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "tags that lead outside",
     .client = "\x03"
               "f\x14q\0\0\0\0\x01\0\0\0\xc0\xa8\x01\xc7\x01\x01\x10'\x01\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the service is another",
     .client = read_state,
     .server = "220 ready\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer ads;
constinit const Recognizer ads{
    .name = "ads",
    .title = "Beckhoff ADS",
    .transports = Transports::both,
    .hello = {.about = "nothing: control equipment is asked on explicit request only"},
    .reference = "Beckhoff Information System, ADS/AMS specification",
    .opens = opens,
    .judge = recognize_ads,
    .examples = examples,
};

}  // namespace oddport::recognizers
