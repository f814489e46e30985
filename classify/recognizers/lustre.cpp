// Lustre's network layer (LNet) over TCP: servers and clients of the file system.
//
// lnet/include/uapi/linux/lnet/{lnet-types,socklnd}.h of the Lustre source. Integers in the byte
// order of the sender:
//
//   acceptor request  magic acce7100, version 1, network id of 8 (version 2: of 20)      client only, first
//   hello             magic 45726963, version 2 or 3, ids of 8 and 8, process ids of 4 and 4, incarnations of 8 and 8,
//                     kind of connection (4), number of addresses (4), addresses of 4
//   message           c0 (nothing more) or c1 (4), checksum (4), cookies of 8 and 8; after c1: destination and source id
//                     of 8, process ids of 4 and 4, type 0 to 4 (4), length (4), 40 more bytes and the payload
//
// An id is an address of 4 and a network: its number (2) and its type (2; 2 is TCP). Hello of
// version 1 begins with magic eebc0ded.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

class Fields {
 public:
  Fields(Bytes bytes, bool little) : reader_(bytes), little_(little) {}

  std::uint32_t u32() { return little_ ? reader_.u32_le() : reader_.u32(); }
  std::uint64_t u64() { return little_ ? reader_.u64_le() : reader_.u64(); }
  Bytes take(std::size_t n) { return reader_.take(n); }
  std::size_t offset() const { return reader_.offset(); }
  std::size_t remaining() const { return reader_.remaining(); }
  Bytes rest() const { return reader_.rest(); }
  explicit operator bool() const { return static_cast<bool>(reader_); }

 private:
  ByteReader reader_;
  bool little_;
};

struct Survey {
  unsigned messages = 0;
  unsigned pings = 0;  // messages without anything
  bool asks = false;   // the acceptor's request
  bool greets = false;
  bool fits = true;
};

constexpr std::uint32_t empty_message = 0xc0;
constexpr std::uint32_t full_message = 0xc1;
constexpr std::uint32_t most_payload = 16u << 20;

// The type of the network stands in the highest 16 bits: 1 to 16 are given out.
bool is_network_id(std::uint64_t id) {
  const std::uint64_t type = id >> 48;
  return type >= 1 && type <= 16 && (id & 0xffffffff) != 0 && (id >> 32 & 0xffff) < 1024;
}

bool is_process_id(std::uint32_t id) { return (id & 0x7fffffff) <= 0xfffff; }

// The 72 bytes before the payload; returns its length, or nothing known.
bool read_header(Fields& fields, std::uint32_t& payload) {
  const std::uint64_t destination = fields.u64();
  const std::uint64_t source = fields.u64();
  const std::uint32_t to = fields.u32();
  const std::uint32_t from = fields.u32();
  const std::uint32_t type = fields.u32();
  payload = fields.u32();
  fields.take(40);
  return is_network_id(destination) && is_network_id(source) && is_process_id(to) &&
         is_process_id(from) && type <= 4 && payload <= most_payload && (type != 0 || payload == 0);
}

bool read_message(Fields& fields, Survey& survey) {
  const std::uint32_t type = fields.u32();
  fields.u32();
  const std::uint64_t request = fields.u64();
  fields.u64();
  if (!fields || (type != empty_message && type != full_message)) return false;
  if (type == empty_message) {
    ++survey.pings;
    return request == 0;
  }
  std::uint32_t payload = 0;
  if (fields.remaining() < 72) return true;
  if (!read_header(fields, payload)) return false;
  ++survey.messages;
  fields.take(std::min<std::size_t>(payload, fields.remaining()));
  return true;
}

bool read_hello(Fields& fields) {
  fields.u32();
  const std::uint32_t version = fields.u32();
  if (version == 4) return fields.take(64).size() == 64;
  const std::uint64_t source = fields.u64();
  fields.u64();
  fields.u64();
  fields.u64();
  fields.u64();
  const std::uint32_t kind = fields.u32();
  const std::uint32_t addresses = fields.u32();
  if (!fields || (version != 2 && version != 3) || kind > 8 || addresses > 16) return false;
  return fields.take(std::size_t{addresses} * 4).size() == addresses * 4 && is_network_id(source);
}

// Version 1 says hello in the header of a message, with magic and version (1.0) in place of the destination.
bool read_old_hello(Fields& fields) {
  fields.u32();
  fields.u32();
  const std::uint64_t source = fields.u64();
  fields.u64();
  const std::uint32_t type = fields.u32();
  const std::uint32_t payload = fields.u32();
  fields.take(40);
  return fields && is_network_id(source) && type == 4 && payload <= 64 &&
         fields.take(payload).size() == payload;
}

bool read_request(Fields& fields) {
  fields.u32();
  const std::uint32_t version = fields.u32();
  if (version == 2) return fields.take(20).size() == 20;
  return version == 1 && is_network_id(fields.u64()) && fields;
}

std::uint32_t peek(const Fields& fields) { return Fields{fields}.u32(); }

Survey read_stream(Bytes stream, bool little) {
  Survey survey;
  Fields fields{stream, little};
  if (peek(fields) == 0xacce7100) {
    survey.asks = survey.fits = read_request(fields);
    if (!survey.fits) return survey;
  }
  const std::uint32_t magic = peek(fields);
  if (magic == 0x45726963 || magic == 0xeebc0ded) {
    survey.greets = survey.fits = magic == 0xeebc0ded ? read_old_hello(fields) : read_hello(fields);
    if (!survey.fits) return survey;
  }
  for (int n = 0; n < 64 && fields.remaining() >= 24 && survey.fits; ++n)
    survey.fits = read_message(fields, survey);
  survey.fits = survey.fits && (survey.asks || survey.greets || survey.messages + survey.pings > 0);
  return survey;
}

Survey read_side(Bytes stream) {
  const Survey little = read_stream(stream, true);
  return little.fits ? little : read_stream(stream, false);
}

bool is_proof(const Survey& survey) {
  return survey.fits && (survey.asks || survey.greets || survey.messages > 0);
}

Match recognize(const Exchange& seen) {
  const Survey client = read_side(seen.client);
  const Survey server = read_side(seen.server);
  const bool contradicted = (!seen.client.empty() && !client.fits && seen.client_from_start) ||
                            (!seen.server.empty() && !server.fits && seen.server_from_start);
  const bool by_client = is_proof(client);
  if (by_client || is_proof(server)) {
    const Survey& shown = by_client ? client : server;
    const std::string_view who = by_client ? "client" : "server";
    const std::string_view what = shown.asks     ? "asks to be accepted"
                                  : shown.greets ? "says hello"
                                                 : "sends messages";
    if (contradicted) return likely("{} {} as in LNet, the other side does not", who, what);
    return confirmed("{} {} as in LNet", who, what);
  }
  // A lone keepalive is 24 bytes, all but three of them zero.
  if (client.pings + server.pings > 0 && !contradicted)
    return likely("{} keepalives of LNet and nothing else", client.pings + server.pings);
  return {};
}

constexpr Bytes accept_request = "\0\x71\xce\xac\x01\0\0\0\x1f\x38\xa8\xc0\0\0\x02\0"_b;
constexpr Bytes ack =
    "\xc1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0c\x38\xa8\xc0\0\0\x02\0\x1f\x38\xa8\xc0\0"
    "\0\x02\0"
    "\x39\x30\0\0\x39\x30\0\0\0\0\0\0\0\0\0\0\xbf\x0c\x2f\xd7\xb6\x05\x07\x15\x21\x25\0\0\0\0\0\0"
    "\xf0\x77\xa9\x52\xbe\xa3\x05\0\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;
constexpr Bytes keepalive = "\xc0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0"_b;

constexpr Example examples[] = {
    {.about = "a request of a new connection", .client = accept_request},
    {.about = "request, then hello from both",
     .client = "\0\x71\xce\xac\x01\0\0\0\x1f\x38\xa8\xc0\0\0\x02\0"
               "\x63\x69\x72\x45\x03\0\0\0\x1f\x38\xa8\xc0\0\0\x02\0\x0c\x38\xa8\xc0\0\0\x02\0"
               "\x39\x30\0\0\x39\x30\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0"_b,
     .server = "\x63\x69\x72\x45\x03\0\0\0\x0c\x38\xa8\xc0\0\0\x02\0\x1f\x38\xa8\xc0\0\0\x02\0"
               "\x39\x30\0\0\x39\x30\0\0\x02\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0"_b},
    {.about = "an acknowledgment within a session", .client = ack},
    {.about = "keepalives of an idle connection", .client = keepalive, .expect = Certainty::likely},
    {.about = "the magic and another version",
     .client = "\0\x71\xce\xac\x09\0\0\0\x1f\x38\xa8\xc0\0\0\x02\0"_b,
     .expect = Certainty::none},
    {.about = "the first word of a message alone",
     .client = "\xc1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "an HTTP server behind the request",
     .client = keepalive,
     .server = "HTTP/1.0 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer lustre;
constinit const Recognizer lustre{
    .name = "lustre",
    .title = "Lustre (LNet)",
    .reserved_source_port = true,
    .hello = {.about = "nothing: a connection from no known node is closed"},
    .reference = "Lustre's lnet-types.h and socklnd.h",
    .opens = {.client = ByteSet::of("\0\xac\xed\xee\x63\x45\xc0\xc1"_b),
              .server = ByteSet::of("\0\xac\xed\xee\x63\x45\xc0\xc1"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
