// FGFM, by which a FortiManager manages FortiGates: inside TLS, by custom on 541 and 542.
//
// As the public analyses of CVE-2024-47575 have it (Metasploit's module and others). Either side sends
// messages: 36 e0 11 00, length of all (4), then lines that CR and LF end, and a zero. The first line is
// a request ("get auth", "get connect_tcp"), an answer ("reply 200") or "channel"; name=value follow. What
// a channel carries stands behind the zero.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes magic = "\x36\xe0\x11\0"_b;
constexpr std::uint32_t longest = 1u << 20;

struct Talk {
  Bytes first;          // line of the first message
  unsigned values = 0;  // name=value, in all of them
};

// The bytes up to CR and LF, both of which are consumed.
Bytes take_line(ByteReader& reader) {
  const Bytes line = reader.until('\r', 512);
  reader.accept("\n");
  return line;
}

bool is_verb(Bytes line) {
  ByteReader reader{line};
  const Bytes word =
      reader.take_while([](unsigned char c) { return is_letter(c) || c == '_'; }, 16);
  if (word.size() < 3) return false;
  return reader.at_end() || (reader.accept(" ") && is_token(reader.rest()));
}

bool is_value(Bytes line) {
  const std::size_t equals = line.find('=');
  return equals != Bytes::npos && equals > 0 && is_token(line.substr(0, equals)) && is_text(line);
}

Frame read_message(ByteReader& reader, Talk& talk) {
  reader.accept(magic);
  const std::uint32_t length = reader.u32();
  if (!reader || length < 12 || length > longest) return Frame::bad;
  const bool whole = reader.remaining() >= length - 8;
  ByteReader text = reader.sub(std::min<std::size_t>(length - 8, reader.remaining()));
  const Bytes verb = take_line(text);
  if (!text) return whole ? Frame::bad : Frame::cut;
  if (!is_verb(verb)) return Frame::bad;
  if (talk.first.empty()) talk.first = verb;
  while (!text.accept_if("\0"_b)) {
    const Bytes line = take_line(text);
    if (!text) return whole ? Frame::bad : Frame::cut;
    if (!line.empty() && !is_value(line)) return Frame::bad;
    talk.values += line.empty() ? 0 : 1;
  }
  return whole ? Frame::good : Frame::cut;
}

Fit judge(Bytes said, Talk& talk) {
  if (said.empty()) return Fit::open;
  const Walk walk =
      walk_frames(said, [&](ByteReader& reader) { return read_message(reader, talk); });
  if (walk.broken || talk.first.empty())
    return walk.cut && said.starts_with(magic) && !walk.broken ? Fit::weak : Fit::alien;
  return walk.frames > 0 && talk.values > 0 ? Fit::proves : Fit::fits;
}

Match recognize(const Exchange& seen) {
  Talk client;
  Talk server;
  const Fit one = judge(seen.client, client);
  const Fit other = judge(seen.server, server);
  const Bytes first =
      seen.server_speaks_first() || client.first.empty() ? server.first : client.first;
  return answer(weigh(seen, one, other), "it begins with \"{}\", {} values are told",
                Printable{first}, client.values + server.values);
}

constexpr Bytes request =
    "\x36\xe0\x11\0\0\0\0\x58"
    "get auth\r\nserialno=FGVM020000000001\r\nplatform=FortiGate-VM64\r\n"
    "hostname=edge\r\n\r\n\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a device asks to be managed",
     .client = request,
     .server = "\x36\xe0\x11\0\0\0\0\x69"
               "reply 200\r\nrequest=auth\r\nserialno=FMG-VM0000000001\r\n"
               "keepalive_interval=120\r\nsock_timeout=360\r\n\r\n\0"_b},
    {.about = "its request alone", .client = request},
    {.about = "a request without values",
     .client = "\x36\xe0\x11\0\0\0\0\x13"
               "get ip\r\n\r\n\0"_b,
     .expect = Certainty::likely},
    {.about = "the magic and a length",
     .client = "\x36\xe0\x11\0\0\0\0\x5b"_b,
     .expect = Certainty::none},
    {.about = "a length that ends within the lines",
     .client = "\x36\xe0\x11\0\0\0\0\x33"
               "get auth\r\nserialno=FGVM020000000001\r\nplatform=FortiGate-VM64\r\n\r\n\0"_b,
     .expect = Certainty::none},
    {.about = "another magic",
     .client = "\x36\xe0\x12\0\0\0\0\x3b"
               "get auth\r\nserialno=FGVM020000000001\r\nplatform=FortiGate\r\n\r\n\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer fgfm;
constinit const Recognizer fgfm{
    .name = "fgfm",
    .title = "FGFM",
    .hello = {.about = "nothing: a request enrols a device"},
    .reference = "Metasploit's module on CVE-2024-47575",
    .opens = {.client = Opening(ByteSet::of("\x36")).with(1, ByteSet::of("\xe0")),
              .server = Opening(ByteSet::of("\x36")).with(1, ByteSet::of("\xe0"))},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
