// KDE Connect: a telephone and a desktop find each other. KDE Connect's protocol description
// (Valent, "Protocol Reference").
//
//   {"id":1234,"type":"kdeconnect.identity","body":{"deviceId":"...","deviceName":"joe","protocolVersion":7,"tcpPort":1716}}
//
// One line of JSON, broadcast over UDP; over TCP whoever connects says the same, and then both
// speak TLS.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Parsed {
  bool sound = false;
  Bytes name;
};

// The text behind "key": of the first such key, without its quotes.
Bytes text_of(Bytes line, Bytes key) {
  const std::size_t at = line.find(key);
  if (at == Bytes::npos) return {};
  ByteReader reader{line.substr(at + key.size())};
  reader.take_while([](unsigned char c) { return c == ' ' || c == ':'; });
  reader.accept("\"");
  return reader.until('"', 128);
}

Parsed parse(Bytes said) {
  if (!said.starts_with('{')) return {};
  const Bytes line = first_line(said).text;
  Parsed parsed;
  parsed.sound = text_of(line, "\"type\"").starts_with("kdeconnect.") && is_text(line) &&
                 line.find("\"body\"") != Bytes::npos;
  parsed.name = text_of(line, "\"deviceName\"");
  return parsed;
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.client);
  const Parsed server = parse(seen.server);
  if (!client.sound && !server.sound) return {};
  const Parsed& shown = client.sound ? client : server;
  if (shown.name.empty()) return confirmed("a packet of KDE Connect");
  return confirmed("a device says that it is {}", Printable{shown.name, 60});
}

constexpr auto examples = std::to_array<Example>({
    {.about = "a device announces itself",
     .client =
         "{\"id\":1700000000000,\"type\":\"kdeconnect.identity\",\"body\":{\"deviceId\":\"a1\","
         "\"deviceName\":\"joe\",\"protocolVersion\":7,\"tcpPort\":1716}}\n",
     .transport = Transport::udp},
    {.about = "over TCP, with blanks, and then TLS",
     .client = "{ \"id\": 1, \"type\": \"kdeconnect.identity\", \"body\": { \"deviceName\": "
               "\"joe\" } }\n",
     .server = "\x16\x03\x01"_b,
     .transport = Transport::tcp},
    {.about = "other JSON",
     .client = "{\"id\":1,\"type\":\"identity\",\"body\":{}}\n",
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the word in another place",
     .client = "{\"id\":1,\"about\":\"kdeconnect.identity\",\"body\":{}}\n",
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer kdeconnect;
constinit const Recognizer kdeconnect{
    .name = "kdeconnect",
    .title = "KDE Connect",
    .transports = Transports::both,
    .hello = {.about = "nothing: devices announce themselves"},
    .reference = "Valent, KDE Connect Protocol Reference",
    .opens = {.client = ByteSet::of("{"), .server = ByteSet::of("{")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
