// ZooKeeper: coordination of distributed systems; its client port.
//
// ZooKeeper's zookeeper.jute and administrator's guide. A session begins with length (4), version 0 (4), last
// transaction seen (8), timeout in milliseconds (4), session (8), password (length 16, bytes), read-only (1); the
// answer has no transaction. Or the client sends a word of four letters, and the server answers in text.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

// The end of request and answer: timeout, session, password of 16 bytes and, since 3.4, read-only.
bool is_session(ByteReader reader, std::size_t length) {
  const std::uint32_t timeout = reader.u32();
  reader.skip(8);
  const std::uint32_t password = reader.u32();
  reader.skip(16);
  if (!reader || password != 16 || timeout > 3'600'000) return false;
  return length % 2 == 0 || reader.u8() <= 1;
}

constexpr auto words =
    std::to_array<Bytes>({"ruok", "stat", "srvr", "mntr", "envi", "conf", "cons", "dump", "crst",
                          "srst", "isro", "wchs", "wchc", "wchp", "dirs", "gtmk", "hash"});

struct Speech {
  Bytes word;
  bool session = false;
};

Fit read_client(Bytes bytes, bool cut, Speech& said) {
  const Bytes word = bytes.substr(0, 4);
  if (std::ranges::find(words, word) != words.end() && is_text(bytes) && bytes.size() < 8) {
    said.word = word;
    return Fit::weak;
  }
  ByteReader reader{bytes};
  const std::uint32_t length = reader.u32();
  reader.accept("\0\0\0\0"_b);
  reader.skip(8);
  const bool sized = reader && (length == 44 || length == 45);
  if (sized && cut && reader.remaining() < 28)
    return ByteReader{reader.rest()}.u32() <= 3'600'000 ? Fit::fits : Fit::alien;
  said.session = sized && is_session(reader, length);
  return said.session ? Fit::proves : Fit::alien;
}

Fit read_server(Bytes bytes, Speech& said) {
  constexpr auto starts = std::to_array<Bytes>({"Zookeeper version: ", "zk_version\t",
                                                "clientPort=", "Environment:\nzookeeper.version=",
                                                "This ZooKeeper instance is not currently"});
  const auto begins = [bytes](Bytes start) { return bytes.starts_with(start); };
  const bool refused =
      std::ranges::find(words, bytes.substr(0, 4)) != words.end() &&
      bytes.substr(0, 60).find(" is not executed because it is not in the whitelist") == 4;
  if (std::ranges::any_of(starts, begins) || refused) {
    said.word = up_to_line_end(bytes);
    return bytes.starts_with("clientPort=") ? Fit::fits : Fit::proves;
  }
  if (bytes == "imok" || bytes == "rw" || bytes == "ro" || bytes == "null") {
    said.word = bytes;
    return bytes == "imok" ? Fit::fits : Fit::weak;
  }
  ByteReader reader{bytes};
  const std::uint32_t length = reader.u32();
  reader.accept("\0\0\0\0"_b);
  said.session = reader && (length == 36 || length == 37) && is_session(reader, length);
  return said.session ? Fit::proves : Fit::alien;
}

Match recognize_zookeeper(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    return read_client(bytes, is_cut_short(seen, Side::client), client);
  });
  const Fit answers =
      judge_stream(seen, Side::server, [&](Bytes bytes) { return read_server(bytes, server); });
  const Certainty certainty = weigh(seen, asks, answers);
  if (client.session) return answer(certainty, "client asks for a session");
  if (server.session) return answer(certainty, "server grants a session");
  if (!server.word.empty()) return answer(certainty, "server says {}", Printable{server.word, 50});
  if (client.word.empty())
    return answer(certainty, "client asks for something as long as a session");
  return answer(certainty, "client asks {}", Printable{client.word});
}

constexpr Bytes request =
    "\0\0\0\x2d\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x75\x30\0\0\0\0\0\0\0\0\0\0\0\x10"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a session",
     .client = request,
     .server = "\0\0\0\x25\0\0\0\0\0\0\x75\x30\1\0\x05\xa2\x11\x22\x33\x44\0\0\0\x10"
               "\x12\x34\x56\x78\x12\x34\x56\x78\x12\x34\x56\x78\x12\x34\x56\x78\0"_b},
    {.about = "the client alone", .client = request},
    {.about = "health", .client = "ruok", .server = "imok"},
    {.about = "statistics refused",
     .client = "stat",
     .server = "stat is not executed because it is not in the whitelist.\n"},
    {.about = "a word alone", .client = "stat", .expect = Certainty::none},
    {.about = "a password of another length",
     .client = "\0\0\0\x2d\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x75\x30\0\0\0\0\0\0\0\0\0\0\0\x11"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = request,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer zookeeper;
constinit const Recognizer zookeeper{
    .name = "zookeeper",
    .title = "ZooKeeper",
    .hello = {.bytes = "srvr", .about = "the server's version and state"},
    .reference = "ZooKeeper, zookeeper.jute",
    .opens = {.client = ByteSet::of("\0rsmecdiwgh"_b),
              .server = ByteSet::of("\0Zzc"
                                    "ETirnsmedwgh"_b)},
    .judge = recognize_zookeeper,
    .examples = examples,
};

}  // namespace oddport::recognizers
