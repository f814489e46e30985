// git's own daemon: repositories fetched without a login.
//
// git's pack-protocol.txt. Lines begin with their length in four hexadecimal digits, these included; 0000 to 0002
// are separators. Client: "git-upload-pack /PATH<NUL>host=NAME<NUL>". Server: "OBJECT REF<NUL>capabilities",
// "version 1" or "version 2" and capabilities, or "ERR text".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr unsigned hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  return 16;
}

struct Packet {
  Bytes data;
  bool whole = false;
};

// The next line; the reader false where its length is none.
Packet take_packet(ByteReader& reader) {
  unsigned length = 0;
  for (const char c : reader.take(4)) {
    if (hex_digit(c) > 15) reader.fail();
    length = length * 16 + hex_digit(c);
  }
  if (length < 4) reader.fail();
  const std::size_t wanted = length - 4;
  return {.data = reader.take(std::min(wanted, reader.remaining())),
          .whole = wanted <= reader.remaining()};
}

bool is_object(Bytes name) {
  return (name.size() == 40 || name.size() == 64) &&
         std::ranges::all_of(name, [](char c) { return hex_digit(c) < 16; });
}

Fit read_client(Bytes bytes, Bytes& request) {
  ByteReader reader{bytes};
  const std::size_t left = reader.remaining();
  const Packet packet = take_packet(reader);
  ByteReader line{packet.data};
  const bool known = line.accept_if("git-upload-pack ") || line.accept_if("git-receive-pack ") ||
                     line.accept_if("git-upload-archive ");
  if (!reader || !known || left < 8) return Fit::alien;
  request = until_nul(packet.data);
  return is_text(request) ? Fit::proves : Fit::alien;
}

Fit read_server(Bytes bytes, Bytes& said) {
  ByteReader reader{bytes};
  const Packet packet = take_packet(reader);
  if (!reader) return Fit::alien;
  ByteReader line{packet.data};
  said = until_nul(packet.data);
  if (line.accept_if("version 1") || line.accept_if("version 2") || line.accept_if("ERR "))
    return is_text(said) ? Fit::proves : Fit::alien;
  const Bytes object = line.until(' ', 64);
  return line && is_object(object) && is_text(said) ? Fit::proves : Fit::alien;
}

// A session within which the capture began: whole lines one after the other, a separator between.
Fit read_lines(Bytes bytes) {
  ByteReader reader{bytes};
  unsigned lines = 0;
  while (!reader.at_end()) {
    const bool separator =
        reader.accept_if("0000") || reader.accept_if("0001") || reader.accept_if("0002");
    if (separator) continue;
    const Packet packet = take_packet(reader);
    if (!reader || packet.data.empty() || !packet.whole) break;
    ++lines;
  }
  return lines >= 3 ? Fit::proves : lines == 2 ? Fit::fits : Fit::alien;
}

Match recognize_git(const Exchange& seen) {
  Bytes request;
  Bytes said;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    const Fit fit = read_client(bytes, request);
    return fit == Fit::alien && !seen.client_from_start ? read_lines(bytes) : fit;
  });
  const Fit answers = judge_stream(seen, Side::server, [&](Bytes bytes) {
    const Fit fit = read_server(bytes, said);
    return fit == Fit::alien && !seen.server_from_start ? read_lines(bytes) : fit;
  });
  const Certainty certainty = weigh(seen, asks, answers);
  if (request.empty() && said.empty())
    return answer(certainty, "lines with their length before them");
  if (!request.empty()) return answer(certainty, "client asks {}", Printable{request, 60});
  return answer(certainty, "server says {}", Printable{said, 60});
}

constexpr auto homes = std::to_array<Home>({{.port = 9418, .service = "git"}});

constexpr Bytes request = "0033git-upload-pack /project.git\0host=myserver.com\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "references",
     .client = request,
     .server = "003e7217a7c7e582c46cec22a130adf4b9d7d950fba0 HEAD\0multi_ack\n"_b},
    {.about = "version 2", .client = request, .server = "000eversion 2\n0015agent=git/2.39.5\n"},
    {.about = "the client alone", .client = request},
    {.about = "a refusal alone", .server = "002dERR access denied or repository not here\n"},
    {.about = "a line without its length",
     .client = "git-upload-pack /project.git\0host=myserver.com\0"_b,
     .expect = Certainty::none},
    {.about = "digits before a text", .server = "0020 is a number\r\n", .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = request,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer git;
constinit const Recognizer git{
    .name = "git",
    .title = "git",
    .homes = homes,
    .hello = {.bytes = "002cgit-upload-pack /oddport\0host=localhost\0"_b,
              .about = "the references of a repository that is not there"},
    .reference = "git's pack-protocol.txt",
    .opens = {.client = ByteSet::of("0123456789abcdef"), .server = ByteSet::of("0123456789abcdef")},
    .judge = recognize_git,
    .examples = examples,
};

}  // namespace oddport::recognizers
