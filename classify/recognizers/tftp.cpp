// TFTP: files for machines that have little more than a boot loader.
//
// RFC 1350, section 5; RFC 2347. Opcode (2): 1 read and 2 write request (file name, NUL, mode, NUL,
// then options of name, NUL, value, NUL), 3 data (block (2), up to 512 bytes or what was agreed
// on), 4 acknowledgment (block (2)), 5 error (code (2), text, NUL), 6 acknowledgment of options.
// The answer comes from another port, so that it begins a conversation of its own: data or an
// acknowledgment.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

enum class Kind : std::uint8_t { foreign, request, data, acknowledgment, error, options };

struct Packet {
  Kind kind = Kind::foreign;
  std::uint16_t block = 0;
  Bytes name;
};

// Names and values of options in pairs, each ended by a NUL.
bool are_options(ByteReader reader, bool wanted) {
  unsigned pairs = 0;
  while (reader && !reader.at_end()) {
    const Bytes name = reader.until('\0', 40);
    const Bytes value = reader.until('\0', 200);
    if (!reader || !is_token(name) || !is_printable(value)) return false;
    ++pairs;
  }
  return reader && (!wanted || pairs > 0);
}

bool read_request(ByteReader reader, Packet& packet) {
  packet.name = reader.until('\0', 300);
  const Bytes mode = reader.until('\0', 8);
  const bool known = equal_ignoring_case(mode, "octet") || equal_ignoring_case(mode, "netascii") ||
                     equal_ignoring_case(mode, "mail");
  if (!reader || !known || packet.name.empty() || !is_text(packet.name)) return false;
  // Some clients fill the packet up with zeros.
  return is_zero(reader.rest()) || are_options(reader, false);
}

Packet parse(const Message& message) {
  Packet packet;
  ByteReader reader{message.bytes};
  const std::uint16_t opcode = reader.u16();
  if (!reader) return packet;
  if (opcode == 1 || opcode == 2) {
    if (read_request(reader, packet)) packet.kind = Kind::request;
    return packet;
  }
  if (opcode == 6) {
    if (message.is_whole() && are_options(reader, true)) packet.kind = Kind::options;
    return packet;
  }
  packet.block = reader.u16();
  if (!reader) return packet;
  if (opcode == 3) packet.kind = Kind::data;
  if (opcode == 4 && (message.wire_length == 4 || is_zero(reader.rest())))
    packet.kind = Kind::acknowledgment;
  if (opcode == 5 && packet.block <= 8) {
    const Bytes text = reader.until('\0', 512);
    if (reader && is_text(text) && is_zero(reader.rest())) packet.kind = Kind::error;
  }
  return packet;
}

struct Survey {
  unsigned packets = 0;
  unsigned steps = 0;  // data acknowledged, or acknowledged and then continued
  bool errs = false;
  bool agrees = false;  // options were acknowledged
  Bytes name;
};

bool survey_all(const Exchange& seen, Survey& survey) {
  Packet last;
  Side from = Side::client;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const Packet packet = parse(message);
    if (packet.kind == Kind::foreign) return false;
    if (packet.kind == Kind::request && survey.name.empty()) survey.name = packet.name;
    survey.errs = survey.errs || packet.kind == Kind::error;
    survey.agrees = survey.agrees || packet.kind == Kind::options;
    const bool turn = survey.packets > 0 && message.from != from;
    if (turn && packet.kind == Kind::acknowledgment && last.kind == Kind::data &&
        packet.block == last.block)
      ++survey.steps;
    if (turn && packet.kind == Kind::data && last.kind == Kind::acknowledgment &&
        packet.block == static_cast<std::uint16_t>(last.block + 1))
      ++survey.steps;
    last = packet;
    from = message.from;
    ++survey.packets;
  }
  return survey.packets > 0;
}

Match recognize(const Exchange& seen) {
  Survey survey;
  if (!survey_all(seen, survey)) return {};
  if (!survey.name.empty()) return confirmed("asks for {}", Printable{survey.name});
  if (survey.steps >= 2 || (survey.steps == 1 && (survey.errs || survey.agrees)))
    return confirmed("{} packets, blocks acknowledged in order", survey.packets);
  const Packet first = parse(seen.messages.front());
  if (survey.steps == 1 && first.block <= 1)
    return likely("the first block and its acknowledgment");
  if (survey.agrees) return likely("options are acknowledged");
  return hint("may be {} of TFTP", first.kind == Kind::data    ? "a block"
                                   : first.kind == Kind::error ? "an error"
                                                               : "an acknowledgment");
}

constexpr Home homes[] = {{.port = 69, .transport = Transport::udp, .service = "tftp"}};

constexpr Example examples[] = {
    {.about = "a file is asked", .client = "\0\x01pxelinux.0\0octet\0"_b},
    {.about = "with options, and they are acknowledged",
     .client = "\0\x01vmlinuz\0octet\0blksize\0"
               "1428\0tsize\0"
               "0\0"_b,
     .server = "\0\x06"
               "blksize\0"
               "1428\0"_b},
    {.about = "data from the server's other port",
     .client = "\0\x03\0\x01hello\n"_b,
     .server = "\0\x04\0\x01"_b,
     .expect = Certainty::likely},
    {.about = "an error alone is little",
     .client = "\0\x05\0\x01"
               "File not found\0"_b,
     .expect = Certainty::none},
    {.about = "no such mode", .client = "\0\x01pxelinux.0\0text\0"_b, .expect = Certainty::none},
    {.about = "an acknowledgment of another block",
     .client = "\0\x03\0\x01hello\n"_b,
     .server = "\0\x04\0\x02"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer tftp;
constinit const Recognizer tftp{
    .name = "tftp",
    .title = "TFTP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = "\0\x01oddport-no-such-file\0octet\0"_b,
              .about = "a file that is not there"},
    .reference = "RFC 1350, section 5",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
