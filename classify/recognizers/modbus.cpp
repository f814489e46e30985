// Modbus/TCP: registers and coils of control equipment, read and written.
//
// "MODBUS Messaging on TCP/IP Implementation Guide" and "MODBUS Application Protocol". Every unit
// of data begins with transaction, protocol 0, length of what follows (2 to 254; Schneider's UMAS
// more), unit; then function and data. An answer repeats transaction, unit and function, or sets
// the function's highest bit and gives one exception byte.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

enum class Form : std::uint8_t {
  bad,      // the function is known, its data do not have its form
  unknown,  // a function of no public form
  good,
};

struct Unit {
  std::uint16_t transaction = 0;
  std::uint8_t unit = 0;
  std::uint8_t function = 0;
  std::uint16_t length = 0;  // as the header tells it
  Form as_request = Form::bad;
  Form as_answer = Form::bad;
};

constexpr std::uint8_t umas = 90;
constexpr std::uint8_t encapsulated = 43;

constexpr Form good_if(bool condition) { return condition ? Form::good : Form::bad; }

// A quantity within its range at the end of an address and quantity.
bool has_quantity(ByteReader data, std::uint16_t most) {
  data.skip(2);
  const std::uint16_t quantity = data.u16();
  return data && data.at_end() && quantity >= 1 && quantity <= most;
}

// Address, quantity, count of bytes and that many bytes.
bool has_values(ByteReader data, std::uint16_t most, bool bits) {
  data.skip(2);
  const std::uint16_t quantity = data.u16();
  const std::uint8_t count = data.u8();
  const unsigned wanted = bits ? (quantity + 7u) / 8u : 2u * quantity;
  return data && quantity >= 1 && quantity <= most && count == wanted && data.remaining() == count;
}

// A count of bytes and that many bytes.
bool is_counted(ByteReader data, bool even) {
  const std::uint8_t count = data.u8();
  return data && count > 0 && data.remaining() == count && (!even || count % 2 == 0);
}

bool is_diagnostic(ByteReader data) {
  const std::uint16_t subfunction = data.u16();
  return data && subfunction <= 21 && data.remaining() >= 2 && data.remaining() % 2 == 0;
}

// MEI 14, read device identification, or 13, the CANopen gateway.
bool is_encapsulated_request(ByteReader data) {
  const std::uint8_t kind = data.u8();
  if (kind == 13) return data.remaining() >= 2;
  const std::uint8_t code = data.u8();
  data.skip(1);
  return data && data.at_end() && kind == 14 && code >= 1 && code <= 4;
}

bool is_encapsulated_answer(ByteReader data) {
  const std::uint8_t kind = data.u8();
  if (kind == 13) return data.remaining() >= 2;
  const std::uint8_t code = data.u8();
  data.skip(3);
  const std::uint8_t objects = data.u8();
  for (unsigned i = 0; i < objects; ++i) {
    data.skip(1);
    data.skip(data.u8());
  }
  return data && data.at_end() && kind == 14 && code >= 1 && code <= 4 && objects > 0;
}

bool is_read_write_request(ByteReader data) {
  data.skip(2);
  const std::uint16_t reads = data.u16();
  return reads >= 1 && reads <= 125 && has_values(data, 121, false);
}

Form request_form(std::uint8_t function, Bytes bytes) {
  const ByteReader data{bytes};
  switch (function) {
    case 1:
    case 2:
      return good_if(has_quantity(data, 2000));
    case 3:
    case 4:
      return good_if(has_quantity(data, 125));
    case 5:
      return good_if(bytes.size() == 4 && bytes[3] == 0 && (bytes[2] == 0 || bytes[2] == '\xff'));
    case 6:
      return good_if(bytes.size() == 4);
    case 7:
    case 11:
    case 12:
    case 17:
      return good_if(bytes.empty());
    case 8:
      return good_if(is_diagnostic(data));
    case 15:
      return good_if(has_values(data, 1968, true));
    case 16:
      return good_if(has_values(data, 123, false));
    case 20:
    case 21:
      return good_if(is_counted(data, false));
    case 22:
      return good_if(bytes.size() == 6);
    case 23:
      return good_if(is_read_write_request(data));
    case 24:
      return good_if(bytes.size() == 2);
    case encapsulated:
      return good_if(is_encapsulated_request(data));
    default:
      return function > 0 && function < 0x80 ? Form::unknown : Form::bad;
  }
}

Form answer_form(std::uint8_t function, Bytes bytes) {
  const ByteReader data{bytes};
  switch (function) {
    case 1:
    case 2:
    case 12:
    case 17:
    case 20:
    case 21:
      return good_if(is_counted(data, false));
    case 3:
    case 4:
    case 23:
      return good_if(is_counted(data, true));
    case 5:
    case 6:
    case 8:
    case 22:
      return request_form(function, bytes);
    case 7:
      return good_if(bytes.size() == 1);
    case 11:
      return good_if(bytes.size() == 4);
    case 15:
      return good_if(has_quantity(data, 1968));
    case 16:
      return good_if(has_quantity(data, 123));
    case 24:
      return good_if(bytes.size() >= 4 && bytes.size() % 2 == 0);
    case encapsulated:
      return good_if(is_encapsulated_answer(data));
    default:
      break;
  }
  if (function < 0x80) return function > 0 ? Form::unknown : Form::bad;
  return good_if(bytes.size() == 1 && bytes[0] >= 1 && bytes[0] <= 11);
}

struct Units {
  std::array<Unit, 24> kept;
  std::size_t size = 0;
  bool foreign = false;  // the first bytes are no header of Modbus
  bool broken = false;   // bytes that are none stand behind good ones

  std::span<const Unit> all() const { return std::span{kept}.first(size); }
};

// One header and its data. False where they do not agree, or the end was not captured.
bool read_unit(ByteReader& reader, Unit& unit) {
  unit.transaction = reader.u16();
  reader.accept("\0\0"_b);
  unit.length = reader.u16();
  if (!reader || unit.length < 2) return false;
  ByteReader body = reader.sub(unit.length);
  unit.unit = body.u8();
  unit.function = body.u8();
  if (!reader || unit.length > (unit.function == umas ? 1100 : 254)) return false;
  unit.as_request = request_form(unit.function, body.rest());
  unit.as_answer = answer_form(unit.function, body.rest());
  return true;
}

// A header that promises more than was captured, or less than a header.
bool may_be_cut(Bytes bytes) {
  ByteReader reader{bytes};
  reader.skip(2);
  reader.accept("\0\0"_b);
  const std::uint16_t length = reader.u16();
  return bytes.size() < 6 ||
         (reader && length >= 2 && length <= 1100 && reader.remaining() < length);
}

void read_units(Bytes bytes, Units& units) {
  ByteReader reader{bytes};
  while (!reader.at_end() && units.size < units.kept.size()) {
    Unit unit;
    const Bytes rest = reader.rest();
    if (!read_unit(reader, unit)) {
      units.foreign |= units.size == 0;
      units.broken |= !may_be_cut(rest);
      return;
    }
    units.kept[units.size++] = unit;
  }
}

// A datagram holds exactly one unit.
void read_datagram(Bytes bytes, Units& units) {
  ByteReader reader{bytes};
  Unit unit;
  if (!read_unit(reader, unit) || !reader.at_end())
    units.foreign = true;
  else if (units.size < units.kept.size())
    units.kept[units.size++] = unit;
}

Units units_of(const Exchange& exchange, Side side) {
  Units units;
  if (exchange.transport == Transport::udp) {
    for (const Message& message : exchange.messages)
      if (message.from == side) read_datagram(message.bytes, units);
    return units;
  }
  const Bytes stream = exchange.said(side);
  read_units(stream, units);
  const bool from_start =
      side == Side::client ? exchange.client_from_start : exchange.server_from_start;
  if (!units.foreign || from_start) return units;
  // The capture began within a unit of data: the side's next turn begins with a whole one.
  units = {};
  const std::size_t skipped = std::min(exchange.nth(side, 0).bytes.size(), stream.size());
  read_units(stream.substr(skipped), units);
  units.foreign |= units.size == 0;
  return units;
}

struct Score {
  std::size_t good = 0;
  std::size_t bad = 0;
  std::size_t unknown = 0;
  std::size_t good_answers = 0;
  std::size_t pairs =
      0;  // answers of good form to a request of the same transaction, unit, function
  std::size_t longest = 0;  // of the lengths that headers tell
  std::uint8_t function = 0;

  void count(std::size_t length, Form form) {
    ++(form == Form::good ? good : form == Form::bad ? bad : unknown);
    longest = std::max(longest, length);
  }
};

bool is_pair(const Unit& request, const Unit& answer) {
  return request.transaction == answer.transaction && request.unit == answer.unit &&
         request.function == (answer.function & 0x7f);
}

Score score(std::span<const Unit> requests, std::span<const Unit> answers) {
  Score total;
  for (const Unit& request : requests) total.count(request.length, request.as_request);
  for (const Unit& answer : answers) {
    total.count(answer.length, answer.as_answer);
    if (answer.as_answer == Form::good) ++total.good_answers;
    const auto asked = [&answer](const Unit& request) { return is_pair(request, answer); };
    if (answer.as_answer != Form::bad && std::ranges::any_of(requests, asked)) ++total.pairs;
  }
  total.function = !requests.empty() ? requests.front().function : answers.front().function & 0x7f;
  return total;
}

// A device answers any bytes with an exception, and repeats the first four, the unit and the
// function.
bool excepts_to_other_bytes(const Exchange& exchange) {
  const Bytes asked = exchange.client;
  const Bytes answer = exchange.server;
  if (exchange.transport != Transport::tcp || asked.size() < 8 || answer.size() != 9) return false;
  return answer.substr(0, 4) == asked.substr(0, 4) && answer.substr(4, 2) == "\0\x03"_b &&
         answer[6] == asked[6] && static_cast<char>(asked[7] | '\x80') == answer[7] &&
         answer[8] >= 1 && answer[8] <= 11;
}

Match judge(const Score& total, bool both_sides, bool broken) {
  const std::size_t units = total.good + total.bad + total.unknown;
  // An echo repeats requests that no answer looks like.
  if (both_sides && total.pairs == 0 && total.good_answers == 0 && total.unknown == 0)
    return hint("both sides frame their bytes as Modbus/TCP does, but no answer fits a request");
  const bool paired = total.pairs > 0 && 2 * total.pairs > total.bad;
  if (paired || (total.good >= 2 && total.good > total.bad))
    return confirmed(
        "{} units of Modbus/TCP, the first with function {}; {} answers fit their request", units,
        total.function, total.pairs);
  // Two or three bytes behind one header leave too little to check, and so does a function that nobody knows.
  const bool telling = units > 1 || (total.longest >= 4 && total.unknown == 0);
  if (telling && !broken && (total.good + total.unknown > 0 || total.bad >= 2))
    return likely("{} units framed as Modbus/TCP, the first with function {}", units,
                  total.function);
  return hint("a unit framed as Modbus/TCP with function {}, too little to be sure of",
              total.function);
}

Match recognize_modbus(const Exchange& exchange) {
  const Units client = units_of(exchange, Side::client);
  const Units server = units_of(exchange, Side::server);
  if (client.foreign || server.foreign || client.size + server.size == 0) {
    if (excepts_to_other_bytes(exchange))
      return hint("server answers other bytes as a Modbus device does, with an exception");
    return {};
  }
  // In a capture without handshake the sides may have been taken for each other.
  const Score forward = score(client.all(), server.all());
  const Score backward = score(server.all(), client.all());
  const bool turned = backward.pairs + backward.good > forward.pairs + forward.good;
  return judge(turned ? backward : forward, client.size > 0 && server.size > 0,
               client.broken || server.broken);
}

constexpr Home homes[] = {{.port = 502, .transport = Transport::tcp, .service = "mbap"},
                          {.port = 502, .transport = Transport::udp, .service = "mbap"}};

constexpr Bytes read_registers = "\0\x01\0\0\0\x06\x0a\x03\0\x05\0\x02"_b;

constexpr Example examples[] = {
    {.about = "registers read",
     .client = read_registers,
     .server = "\0\x01\0\0\0\x07\x0a\x03\x04\0\x09\0\x18"_b,
     .transport = Transport::tcp},
    {.about = "exception",
     .client = "\0\0\0\0\0\x06\x0a\x08\0\x04\0\0"_b,
     .server = "\0\0\0\0\0\x03\x0a\x88\x0b"_b,
     .transport = Transport::tcp},
    {.about = "two requests in one segment, no answer seen",
     .client = "\x0a\xb7\0\0\0\x06\x02\x04\0\0\0\x02\x0a\xb8\0\0\0\x06\x01\x04\0\0\0\x0e"_b,
     .transport = Transport::tcp},
    {.about = "Schneider's UMAS",
     .client = "\0\0\0\0\0\x04\0\x5a\0\x02"_b,
     .server = "\0\0\0\0\0\x06\0\x5a\0\xfe\x10\xff"_b,
     .transport = Transport::tcp},
    {.about = "over UDP",
     .client = read_registers,
     .server = "\0\x01\0\0\0\x07\x0a\x03\x04\0\x09\0\x18"_b,
     .transport = Transport::udp},
    {.about = "one request alone",
     .client = read_registers,
     .expect = Certainty::likely,
     .transport = Transport::tcp},
    {.about = "one exception alone",
     .server = "\0\x01\0\0\0\x03\x0a\x83\x02"_b,
     .first = Side::server,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "echo of the request",
     .client = read_registers,
     .server = read_registers,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "protocol 1",
     .client = "\0\x01\0\x01\0\x06\x0a\x03\0\x05\0\x02"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "length beyond the end of the datagram",
     .client = "\0\x01\0\0\0\x07\x0a\x03\0\x05\0\x02"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the answer is not Modbus",
     .client = read_registers,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a device answers TLS: what the client speaks is TLS all the same",
     .client = "\x16\x03\x01\0\x85\x01\0\0\x81\x03\x03"_b,
     .server = "\x16\x03\x01\0\0\x03\0\x80\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
};

constexpr ByteSet zero = ByteSet::of("\0"_b);
constexpr Opening header = Opening(ByteSet::all()).with(2, zero).with(3, zero);

}  // namespace

extern const Recognizer modbus;
constinit const Recognizer modbus{
    .name = "modbus",
    .title = "Modbus/TCP",
    .transports = Transports::both,
    .era = Era::current,
    .homes = homes,
    .hello = {.bytes = "\0\1\0\0\0\5\0\x2b\x0e\1\0"_b,
              .about = "the vendor and product of the device (read only)"},
    .reference = "MODBUS Messaging on TCP/IP Implementation Guide V1.0b, section 3.1",
    // A device answers whatever it is asked with an exception.
    .opens = {.client = header, .server = ByteSet::all()},
    .opens_over_udp = Openings{.client = header, .server = header},
    .joins_late = true,
    .judge = recognize_modbus,
    .examples = examples,
};

}  // namespace oddport::recognizers
