// kpasswd: a Kerberos password is changed, or set by an administrator (Windows).
//
// RFC 3244, section 2. Length of it all (2), version (2), length of the AP message (2), that
// message, then KRB-PRIV up to the end. A request has version 1 (change) or ff80 (set) and AP-REQ;
// an answer has version 1 and AP-REP, or a length of 0 and KRB-ERROR. Over TCP four bytes of length
// stand in front.
#include "classify/recognizer.h"
#include "classify/recognizers/kerberos_message.h"

namespace oddport::recognizers {

namespace {

enum class Form : std::uint8_t { none, request, reply, refusal };

struct Change {
  Form form = Form::none;
  std::uint16_t version = 0;
  Bytes realm;
};

// What follows the AP message; nothing is said of what was not captured.
bool ends_with(Bytes rest, KerberosType type, std::size_t size, bool cut) {
  const auto message = read_kerberos_message(rest);
  if (!message) return cut;
  return message->type == type && message->size == size;
}

Change read_change(Bytes bytes, std::size_t size) {
  ByteReader reader{bytes};
  const std::uint16_t length = reader.u16();
  Change change{.version = reader.u16(), .realm = {}};
  const std::uint16_t ticket_size = reader.u16();
  const bool cut = bytes.size() < size;
  if (!reader || length != size || (change.version != 1 && change.version != 0xff80)) return {};
  if (ticket_size == 0) {
    const bool fits = ends_with(reader.rest(), KerberosType::error, size - 6, false);
    change.form = fits ? Form::refusal : Form::none;
    return change;
  }
  if (ticket_size + 6u >= size) return {};
  const Bytes ticket = reader.take(std::min<std::size_t>(ticket_size, reader.remaining()));
  const auto message = read_kerberos_message(ticket);
  if (!message || message->size != ticket_size) return {};
  if (!ends_with(reader.rest(), KerberosType::priv, size - 6 - ticket_size, cut)) return {};
  change.realm = message->realm;
  if (message->type == KerberosType::ap_request) change.form = Form::request;
  if (message->type == KerberosType::ap_reply && change.version == 1) change.form = Form::reply;
  return change;
}

// The first message of a side.
Change hear(const Exchange& exchange, Side side) {
  if (exchange.transport == Transport::udp) {
    const Message message = exchange.nth(side, 0);
    return read_change(message.bytes, message.wire_length);
  }
  ByteReader reader{exchange.said(side)};
  const std::uint32_t size = reader.u32();
  return reader && size < 0x10000 ? read_change(reader.rest(), size) : Change{};
}

Match recognize_kpasswd(const Exchange& exchange) {
  const Change client = hear(exchange, Side::client);
  const Change server = hear(exchange, Side::server);
  if (client.form == Form::none && server.form == Form::none) return {};
  if ((client.form == Form::none && !exchange.client.empty()) ||
      (server.form == Form::none && !exchange.server.empty()))
    return hint("one side speaks as in kpasswd, the other does not");
  if (client.form == server.form) return hint("both sides send the same message of kpasswd");
  const Change& request = server.form == Form::request ? server : client;
  const Change& answer = server.form == Form::request ? client : server;
  if (request.form == Form::request)
    return confirmed("request to {} a password in realm {}{}",
                     request.version == 1 ? "change" : "set", Printable{request.realm},
                     answer.form == Form::refusal ? ", refused" : "");
  return confirmed(
      "answer to a change of password{}",
      answer.form == Form::refusal || request.form == Form::refusal ? ": an error" : "");
}

constexpr Home homes[] = {{.port = 464, .transport = Transport::tcp, .service = "kpasswd"},
                          {.port = 464, .transport = Transport::udp, .service = "kpasswd"}};

constexpr Bytes request =
    "\0\x97\0\x01\0qno0m\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x0e\xa2\x07\x03\x05\0\0\0\0"
    "\0\xa3"
    "EaC0A\xa0\x03\x02\x01\x05\xa1\x08\x1b\x06"
    "EX.ORG\xa2\x1d"
    "0\x1b\xa0\x03"
    "\x02\x01\x02\xa1\x14"
    "0\x12\x1b\x06kadmin\x1b\x08"
    "changepw\xa3\x11"
    "0\x0f\xa0"
    "\x03\x02\x01\x12\xa2\x08\x04\x06sealed\xa4\x11"
    "0\x0f\xa0\x03\x02\x01\x12\xa2\x08"
    "\x04\x06secretu\x1e"
    "0\x1c\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x15\xa3\x10"
    "0\x0e"
    "\xa0\x03\x02\x01\x12\xa2\x07\x04\x05words"_b;

constexpr Bytes refusal =
    "\0Z\0\x01\0\0~R0P\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa4\x11\x18\x0f"
    "20261122"
    "121309Z\xa5\x03\x02\x01\x07\xa6\x03\x02\x01)\xa9\x08\x1b\x06"
    "EX.ORG\xaa\x1d"
    "0"
    "\x1b\xa0\x03\x02\x01\x02\xa1\x14"
    "0\x12\x1b\x06kadmin\x1b\x08"
    "changepw"_b;

constexpr Example examples[] = {
    {.about = "a change that is refused",
     .client = request,
     .server = refusal,
     .transport = Transport::udp},
    {.about = "a change that is made",
     .client = request,
     .server = "\0G\0\x01\0!o\x1f"
               "0\x1d\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x0f\xa2\x11"
               "0\x0f"
               "\xa0\x03\x02\x01\x12\xa2\x08\x04\x06secretu\x1e"
               "0\x1c\xa0\x03\x02\x01\x05\xa1\x03"
               "\x02\x01\x15\xa3\x10"
               "0\x0e\xa0\x03\x02\x01\x12\xa2\x07\x04\x05words"_b,
     .transport = Transport::udp},
    {.about = "request alone", .client = request, .transport = Transport::udp},
    {.about = "refusal alone, over TCP",
     .server = "\0\0\0Z\0Z\0\x01\0\0~R0P\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa4\x11\x18\x0f"
               "2"
               "0261122121309Z\xa5\x03\x02\x01\x07\xa6\x03\x02\x01)\xa9\x08\x1b\x06"
               "EX.ORG\xaa\x1d"
               "0\x1b\xa0\x03\x02\x01\x02\xa1\x14"
               "0\x12\x1b\x06kadmin\x1b\x08"
               "changepw"_b,
     .first = Side::server,
     .transport = Transport::tcp},
    {.about = "a version that does not exist",
     .client =
         "\0\x1a\0\x02\0\0\x7e\x12\x30\x10\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa6\x04\x02"
         "\x02\0\x29"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the head alone, and no Kerberos in it",
     .client = "\0\x0c\0\x01\0\x04 it is"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "echo",
     .client = request,
     .server = request,
     .expect = Certainty::none,
     .transport = Transport::udp},
};

}  // namespace

extern const Recognizer kpasswd;
constinit const Recognizer kpasswd{
    .name = "kpasswd",
    .title = "kpasswd",
    .transports = Transports::both,
    .era = Era::current,
    .homes = homes,
    .hello = {.about = "nothing: it only changes passwords"},
    .reference = "RFC 3244, section 2",
    .opens = {.client = ByteSet::range(0, 0x40), .server = ByteSet::range(0, 0x40)},
    .judge = recognize_kpasswd,
    .examples = examples,
};

}  // namespace oddport::recognizers
