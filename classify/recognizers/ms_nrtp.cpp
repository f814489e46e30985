// .NET remoting over TCP.
//
// MS-NRTP, section 2.2.3. ".NET", version 1.0 (1 and 1), operation (2, little-endian: 0 request, 1
// one-way request, 2 reply), how the content is delimited (2: 0 by its length (4), 1 in chunks),
// then headers: kind (2), and by kind a string (byte 01, byte 01, length of 4, text) or a number;
// kind 0 ends them.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Frame {
  bool fits = false;
  std::uint16_t operation = 0;
  Bytes address;
};

constexpr std::uint16_t request_address = 4;

Bytes read_string(ByteReader& reader) {
  reader.accept("\x01\x01");
  const Bytes text = reader.take(reader.u32_le());
  return is_text(text) ? text : Bytes{};
}

Frame read_frame(Bytes said) {
  Frame frame;
  ByteReader reader{said};
  reader.accept(".NET\x01\0"_b);
  frame.operation = reader.u16_le();
  const std::uint16_t delimiter = reader.u16_le();
  if (delimiter == 0) reader.skip(4);
  const std::uint16_t kind = reader.u16_le();
  frame.fits = reader && frame.operation <= 2 && delimiter <= 1 && kind <= 6;
  if (frame.fits && kind == request_address) frame.address = read_string(reader);
  return frame;
}

Match recognize(const Exchange& seen) {
  const Frame client = read_frame(seen.client);
  const Frame server = read_frame(seen.server);
  const bool asks = client.fits && client.operation <= 1;
  const bool answers = server.fits && server.operation == 2;
  if (!asks && !answers) return {};
  if ((!asks && !seen.client.empty()) || (!answers && !seen.server.empty()))
    return likely("{} has the frame of .NET remoting, the other side not",
                  asks ? "client" : "server");
  if (!client.address.empty()) return confirmed("client calls {}", Printable{client.address, 60});
  return confirmed("{}", asks ? "client calls" : "server replies");
}

constexpr Example examples[] = {
    {.about = "a call and its reply",
     .client =
         ".NET\x01\0\0\0\0\0\x99\0\0\0\x04\0\x01\x01\x1d\0\0\0tcp://192.168.0.1:8080/Object\x06\0\x01\x01"_b,
     .server = ".NET\x01\0\x02\0\0\0\x2a\0\0\0\0\0"_b},
    {.about = "the reply alone", .server = ".NET\x01\0\x02\0\0\0\x2a\0\0\0\0\0"_b},
    {.about = "the word alone", .client = ".NET runtime\r\n", .expect = Certainty::none},
    {.about = "another version",
     .client = ".NET\x02\0\0\0\0\0\x99\0\0\0\x04\0\x01\x01"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer ms_nrtp;
constinit const Recognizer ms_nrtp{
    .name = "ms-nrtp",
    .title = ".NET remoting",
    .era = Era::obsolete,
    .hello = {.about = "nothing: a call may start anything"},
    .reference = "MS-NRTP, section 2.2.3",
    .opens = {.client = ByteSet::of("."), .server = ByteSet::of(".")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
