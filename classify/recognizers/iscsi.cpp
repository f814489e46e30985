// iSCSI: disks over TCP.
//
// RFC 7143, section 11. Units begin with 48 bytes: opcode (1; bit 40 of a request: immediate),
// flags (1), two bytes by opcode, length of further headers in words (1), length of the data (3),
// logical unit or session (8), task (4), and more; then the data, filled up to a multiple of four.
// A session begins with login requests (03) and responses (23), whose data are keys and values,
// each ended by a NUL: "InitiatorName=iqn...".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Unit {
  std::uint8_t opcode = 0;
  std::uint8_t flags = 0;
  std::size_t size = 0;  // header and data
  Bytes data;            // as much of them as was captured
  bool login_fits = false;
};

constexpr std::uint8_t login = 0x03;
constexpr std::uint8_t login_response = 0x23;

constexpr auto request_codes = std::to_array<std::uint8_t>({0, 1, 2, 3, 4, 5, 6, 0x10});
constexpr auto response_codes =
    std::to_array<std::uint8_t>({0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x31, 0x32, 0x3f});

bool is_key(Bytes pair) {
  const std::size_t equals = pair.find('=');
  if (equals == Bytes::npos || equals == 0 || equals > 63) return false;
  const Bytes key = pair.substr(0, equals);
  const bool begins = key[0] >= 'A' && key[0] <= 'Z';
  return begins && is_token(key) && is_text(pair);
}

// "Key=value" and a NUL, again and again; the last may be cut.
bool are_keys(Bytes data, bool cut) {
  unsigned pairs = 0;
  while (!data.empty()) {
    const std::size_t end = data.find('\0');
    if (end == Bytes::npos) return cut && pairs > 0 && is_text(data);
    if (end == 0) return pairs > 0 && is_zero(data);
    if (!is_key(data.substr(0, end))) return false;
    ++pairs;
    data.remove_prefix(end + 1);
  }
  return pairs > 0;
}

// Stages 0, 1 and 3; T (80) and C (40) are never set together.
bool are_login_flags(std::uint8_t flags) {
  const unsigned now = flags >> 2 & 3;
  const unsigned next = flags & 3;
  const bool stages = now < 2 && next != 2;
  return stages && (flags & 0x30) == 0 && (flags & 0xc0) != 0xc0;
}

// Versions 0; of a request the rest of the header is reserved.
bool is_login(ByteReader header, const Unit& unit, std::size_t length) {
  header.skip(2);
  if (header.u16() != 0) return false;
  const bool request = unit.opcode == login;
  header.skip(28);
  const Bytes tail = header.take(16);
  if (request && !is_zero(tail)) return false;
  if (!header || !are_login_flags(unit.flags)) return false;
  return length == 0 ? !request : are_keys(unit.data.substr(0, length), unit.data.size() < length);
}

bool read_unit(ByteReader& reader, bool request, Unit& unit) {
  const ByteReader header{reader.rest().substr(0, 48)};
  unit.opcode = reader.u8();
  unit.flags = reader.u8();
  reader.skip(2);
  const std::uint8_t words = reader.u8();
  const std::uint32_t length = reader.u24();
  reader.skip(40);
  const std::uint8_t code = request ? unit.opcode & 0x3f : unit.opcode;
  if (!reader || (unit.opcode & 0x80) != 0 || words > 64 || length > 0x400000) return false;
  const bool known = request ? std::ranges::find(request_codes, code) != request_codes.end()
                             : std::ranges::find(response_codes, code) != response_codes.end();
  if (!known) return false;
  unit.opcode = code;
  reader.skip(std::min<std::size_t>(words * 4u, reader.remaining()));
  const std::size_t padded = (length + 3u) / 4 * 4;
  unit.data = reader.take(std::min(padded, reader.remaining()));
  const bool of_login = code == login || code == login_response;
  unit.login_fits = of_login && is_login(header, unit, length);
  return !of_login || unit.login_fits;
}

// Data at rest look like anything, so only what logs in is proof.
struct Survey {
  unsigned units = 0;
  bool logs_in = false;
  bool with_keys = false;
  bool fits = true;
};

Survey read_stream(Bytes stream, bool request) {
  Survey survey;
  ByteReader reader{stream};
  for (int n = 0; n < 16 && reader.remaining() >= 48; ++n) {
    Unit unit;
    if (!read_unit(reader, request, unit)) {
      survey.fits = false;
      break;
    }
    ++survey.units;
    survey.logs_in = survey.logs_in || unit.login_fits;
    survey.with_keys = survey.with_keys || (unit.login_fits && !unit.data.empty());
  }
  if (survey.units == 0) survey.fits = stream.empty();
  return survey;
}

// A target asks whether the initiator is there (20, no task, a number of its own) and is answered
// (00 or 40) under that number.
bool is_ping(Bytes answer, Bytes question) {
  if (answer.size() < 48 || question.size() < 48) return false;
  const bool codes = (answer[0] & 0xbf) == 0 && question[0] == 0x20 && answer[1] == '\x80' &&
                     question[1] == '\x80';
  const bool empty = is_zero(answer.substr(2, 6)) && is_zero(question.substr(2, 6));
  const bool reserved = is_zero(answer.substr(32, 16)) && is_zero(question.substr(36, 12));
  const Bytes number = question.substr(16, 8);
  return codes && empty && reserved && number.starts_with("\xff\xff\xff\xff") &&
         answer.substr(16, 8) == number;
}

Match recognize(const Exchange& seen) {
  if (is_ping(seen.client, seen.server))
    return confirmed("target asks whether the initiator is there, and is answered");
  const Survey client = read_stream(seen.client, true);
  const Survey server = read_stream(seen.server, false);
  const unsigned units = client.units + server.units;
  if (units == 0) return {};
  const bool contradicted = !client.fits || !server.fits;
  if (client.logs_in || server.with_keys) {
    const std::string_view who = client.logs_in ? "client" : "server";
    if (contradicted) return likely("{} logs in, the other side does not fit", who);
    return confirmed("{} logs in, {} units of both sides", who, units);
  }
  if (contradicted || client.units < 2 || server.units < 2) return {};
  return likely("{} units of both sides within a session", units);
}

constexpr Home homes[] = {{.port = 860, .service = "iscsi"},
                          {.port = 3260, .service = "iscsi-target"}};

constexpr Bytes request =
    "\x43\x81\0\0\0\0\0\x38\0\x02\x3d\0\0\0\0\0\0\0\0\x01\0\x01\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0"
    "InitiatorName=iqn.2004.org:a\0SessionType=Discovery\0\0\0\0\0\0"_b;
constexpr Bytes response =
    "\x23\x81\0\0\0\0\0\x18\0\x02\x3d\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x09\0\0"
    "\0\0\0\0\0\0\0\0\0\0"
    "TargetPortalGroupTag=1\0\0"_b;

constexpr Example examples[] = {
    {.about = "a login", .client = request, .server = response},
    {.about = "only the initiator was captured", .client = request},
    {.about = "only the target was captured", .server = response},
    {.about = "a target asks whether the initiator is there",
     .client =
         "\x40\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\0\x01\x38\x4f\0\xb4\x6e\xfc\0\xb4\x6f\x0f\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server =
         "\x20\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\0\x01\x38\x4f\0\xb4\x6f\x0f\0\xb4\x6e\xfc\0\xb4\x6f\x3c\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .first = Side::server},
    {.about = "a login without a key", .client = request.substr(0, 48), .expect = Certainty::none},
    {.about = "data that are no keys",
     .client = "\x43\x81\0\0\0\0\0\x08\0\x02\x3d\0\0\0\0\0\0\0\0\x01\0\x01\0\0\0\0\0\x01\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "no keys\0"_b,
     .expect = Certainty::none},
    {.about = "one unit of a session",
     .client =
         "\x01\xc1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\x24\0\0\0\x03\0\0\0\x04\x12\0\0\0\x24\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer iscsi;
constinit const Recognizer iscsi{
    .name = "iscsi",
    .title = "iSCSI",
    .homes = homes,
    .hello = {.bytes = request, .about = "a login for discovery, under a made-up name"},
    .reference = "RFC 7143, section 11",
    .opens = {.client = ByteSet::range(0, 6) | ByteSet::range(0x40, 0x46) | ByteSet::of("\x10\x50"),
              .server = ByteSet::range(0x20, 0x26) | ByteSet::of("\x31\x32\x3f")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
