// rwho: every host tells the network every three minutes who is logged in.
//
// 4.3BSD rwhod(8), protocols/rwhod.h. A broadcast: version 1, type 1, two zero bytes, send time,
// receive time (the receiver's own, so anything on the wire), host name of 32 bytes, three load
// averages times 100, boot time; then 24 bytes a user: terminal of 8, name of 8, login time, idle
// seconds. Nothing is ever answered.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t header_size = 60;
constexpr std::size_t user_size = 24;
constexpr std::size_t most_users = 42;  // what 4.3BSD's whod structure holds in 1024 bytes

// A name in a field of its own: at least one graphic character, and what follows the first NUL is
// left over.
bool is_name_field(Bytes field, bool may_fill_it) {
  const Bytes name = until_nul(field);
  return is_token(name) && (may_fill_it || name.size() < field.size());
}

bool is_user_record(ByteReader record) {
  const Bytes terminal = record.take(8);
  const Bytes name = record.take(8);
  return is_name_field(terminal, true) && is_name_field(name, true);
}

struct Status {
  Bytes host;
  std::size_t users = 0;
};

bool read_status(const Message& message, Status& status) {
  if (message.wire_length < header_size ||
      message.wire_length > header_size + most_users * user_size ||
      (message.wire_length - header_size) % user_size != 0)
    return false;
  ByteReader reader{message.bytes};
  reader.accept("\x01\x01\0\0"_b);
  const std::uint32_t sent = reader.u32();
  reader.skip(4);
  const Bytes host = reader.take(32);
  std::uint32_t highest_load = 0;
  for (int i = 0; i < 3; ++i) highest_load = std::max(highest_load, reader.u32());
  const std::uint32_t booted = reader.u32();
  if (!reader || !is_name_field(host, false) || highest_load > 100'000 || sent == 0) return false;
  if (booted > sent) return false;
  while (reader.remaining() >= user_size)
    if (!is_user_record(reader.sub(user_size))) return false;
  status = {until_nul(host), (message.wire_length - header_size) / user_size};
  return true;
}

Match recognize_rwho(const Exchange& exchange) {
  Status status;
  for (const Message& message : exchange.messages)
    if (!read_status(message, status)) return {};
  if (status.host.empty()) return {};
  return confirmed("host {} tells its load and {} logged-in users", Printable{status.host, 32},
                   status.users);
}

constexpr Home homes[] = {{.port = 513, .transport = Transport::udp, .service = "who"}};

constexpr Example examples[] = {
    {.about = "nobody logged in; the host field has left-overs behind its NUL",
     .client = "\x01\x01\0\0k\x02\x0b\x07x\xaf)>vm\0\0\x09\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\x01\0\0\0\0\0\0\0\xd0z-\0\0\0\0\x8f\0\0\0\x8c\0\0\0{"
               "k\x01\xf7\xb7"_b},
    {.about = "one user",
     .client = "\x01\x01\0\0\x2a\x02\x0b\x07\0\0\0\0gate\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0"
               "\0\0\0\x14\0\0\0\x0a\0\0\0\x05\x2a\x01\0\0"
               "ttyp0\0\0\0ann\0\0\0\0\0\x2a\x02\0\0\0\0\0\x3c"_b},
    {.about = "too short by one byte",
     .client = "\x01\x01\0\0\x6b\x02\x0b\x07\0\0\0\0vm\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0"
               "\0\0\0\x8f\0\0\0\x8c\0\0\0{\x6b\x01\xf7"_b,
     .expect = Certainty::none},
    {.about = "booted after it sent",
     .client = "\x01\x01\0\0\x2b\x02\x0b\x07\0\0\0\0vm\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0"
               "\0\0\0\x8f\0\0\0\x8c\0\0\0{\x6b\x01\xf7\xb7"_b,
     .expect = Certainty::none},
    {.about = "the magic alone", .client = "\x01\x01\0\0"_b, .expect = Certainty::none},
    {.about = "RIP version 1 has the same first bytes",
     .client = "\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer rwho;
constinit const Recognizer rwho{
    .name = "rwho",
    .title = "rwho",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the protocol has no question"},
    .reference = "4.3BSD rwhod(8)",
    .opens = {.client = ByteSet::of("\x01"), .server = ByteSet::of("\x01")},
    .judge = recognize_rwho,
    .examples = examples,
};

}  // namespace oddport::recognizers
