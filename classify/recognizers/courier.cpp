// Courier: Xerox's remote procedure calls, which 4.3BSD also carried over TCP.
//
// Xerox XSIS 038112. Both sides open with the lowest and the highest version that they speak (2, 2),
// then messages: type (2): 0 call, 1 reject, 2 return, 3 abort; transaction (2). A call of version 3
// goes on with program (4), its version (2) and procedure (2).
#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint16_t newest = 3;

struct Opening {
  std::uint16_t low = 0;
  std::uint16_t high = 0;
  bool has_message = false;
  std::uint16_t type = 0;
  std::uint16_t transaction = 0;
  std::uint32_t program = 0;
};

bool read_opening(Bytes said, Opening& opening) {
  ByteReader reader{said};
  opening.low = reader.u16();
  opening.high = reader.u16();
  if (!reader || opening.low < 1 || opening.low > opening.high || opening.high > newest)
    return false;
  if (reader.at_end()) return true;
  opening.type = reader.u16();
  opening.transaction = reader.u16();
  opening.has_message = static_cast<bool>(reader) && opening.type <= 3;
  if (opening.type == 0) opening.program = reader.u32();
  return opening.has_message;
}

Match recognize_courier(const Exchange& exchange) {
  Opening client;
  Opening server;
  const bool asks = read_opening(exchange.client, client);
  const bool answers = read_opening(exchange.server, server);
  if (!asks || !answers) return {};
  const bool agree = client.low <= server.high && server.low <= client.high && client.high >= 2;
  const bool calls = client.has_message && client.type == 0;
  const bool returns = server.has_message && server.type != 0;
  if (!agree || !calls) return hint("both sides open with a range of versions as in Courier");
  if (returns && server.transaction == client.transaction)
    return likely("client calls program {} in Courier version {}, server answers the call",
                  client.program, client.high);
  return hint("client calls program {} as in Courier version {}", client.program, client.high);
}

constexpr Home homes[] = {{.port = 530, .transport = Transport::tcp, .service = "courier"}};

constexpr Example examples[] = {
    {.about = "call and return",
     .client = "\0\x02\0\x03\0\0\x12\x34\0\0\0\x02\0\x03\0\x01\0\x05"_b,
     .server = "\0\x03\0\x03\0\x02\x12\x34\0\x01"_b,
     .expect = Certainty::likely},
    {.about = "call and abort",
     .client = "\0\x03\0\x03\0\0\0\x07\0\0\0\x0a\0\x03\0\x01"_b,
     .server = "\0\x03\0\x03\0\x03\0\x07\0\x02"_b,
     .expect = Certainty::likely},
    {.about = "versions alone",
     .client = "\0\x02\0\x03"_b,
     .server = "\0\x02\0\x03"_b,
     .expect = Certainty::none},
    {.about = "the answer to another call",
     .client = "\0\x02\0\x03\0\0\x12\x34\0\0\0\x02\0\x03\0\x01\0\x05"_b,
     .server = "\0\x03\0\x03\0\x02\x12\x35\0\x01"_b,
     .expect = Certainty::none},
    {.about = "one side alone",
     .client = "\0\x02\0\x03\0\0\x12\x34\0\0\0\x02\0\x03\0\x01\0\x05"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer courier;
constinit const Recognizer courier{
    .name = "courier",
    .title = "Courier",
    .transports = Transports::tcp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: a call may do anything"},
    .reference = "Xerox XSIS 038112",
    .opens = {.client = ByteSet::of("\0"_b), .server = {}},
    .judge = recognize_courier,
    .examples = examples,
};

}  // namespace oddport::recognizers
