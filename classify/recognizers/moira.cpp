// Moira: MIT Athena's database of users, hosts and lists, asked over the network.
//
// Moira's mr_connect.c and mr_call.c. Both sides open with a fixed block of the older GDB library:
// size of the rest (4), count of fields (4), their types (1 each), names that end in NUL, values.
// Then messages: size of all (4), version 2 (4), operation or status (4), count of strings (4); each
// string behind its size (4), ended by a NUL, padded to four bytes.
//
// Where files are pushed to a host (777 by custom; update/client.c and the like) both open alike, then
// the client sends strings: size of the rest (4), size (4), the string: "AUTH_003", a ticket, "XFER_003"
// with size, checksum and name, data, "EXEC_002" with a name, "quit". Each is answered: 4 (4), code (4).
#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes client_block = "\0\0\0\x04\x01\x01\x01\x01server_id\0parms\0host\0user\0"_b;
constexpr Bytes server_block =
    "\0\0\0\x03\0\x01\x01"
    "disposition\0server_id\0parms\0"_b;
constexpr std::uint32_t largest_message = 8192;

// The opening block, which is consumed; its values may be cut.
bool read_opening(ByteReader& reader, Bytes block) {
  const std::uint32_t size = reader.u32();
  if (!reader || size < block.size() || size > 1000 || !reader.rest().starts_with(block))
    return false;
  reader.skip(std::min<std::size_t>(size, reader.remaining()));
  return true;
}

// The strings of a message fill it.
bool has_strings(ByteReader body, std::uint32_t count) {
  for (std::uint32_t n = 0; n < count; ++n) {
    const std::uint32_t size = body.u32();
    if (!body || size > largest_message) return false;
    const Bytes text = body.take(size);
    body.skip((4 - size % 4) % 4);
    if (!body || (size > 0 && !text.ends_with('\0'))) return false;
  }
  return body.at_end();
}

struct Stream {
  bool opens = false;
  std::size_t pushed = 0;    // strings and codes of a push
  bool commands = false;     // the first of them is a command of a push
  std::size_t messages = 0;  // whole ones
  std::size_t strings = 0;
  bool foreign = false;
};

bool read_message(ByteReader& reader, Stream& stream) {
  const std::uint32_t size = reader.u32();
  const std::uint32_t version = reader.u32();
  reader.skip(4);
  const std::uint32_t count = reader.u32();
  if (!reader || size < 16 || size > largest_message || version != 2 || count > (size - 16) / 4)
    return false;
  if (reader.remaining() < size - 16) {
    reader.skip(reader.remaining());
    return true;
  }
  if (!has_strings(reader.sub(size - 16), count)) return false;
  ++stream.messages;
  stream.strings += count;
  return true;
}

// "AUTH_002" and the like, then a NUL or what it is about.
bool is_push_command(Bytes text) {
  ByteReader reader{text};
  const Bytes word = reader.take(4);
  reader.accept("_00");
  const Bytes version = reader.take(1);
  const bool ends = reader.accept_if("\0"_b) || reader.accept_if(" ");
  return reader && ends && is_decimal(version) &&
         (word == "AUTH" || word == "XFER" || word == "EXEC" || word == "INST");
}

// The strings or codes of a push, up to the end; false where it is none. A ticket or data may be cut.
bool read_push(ByteReader reader, Stream& stream) {
  while (reader.remaining() >= 8) {
    const std::uint32_t size = reader.u32();
    const std::uint32_t value = reader.u32();
    const bool is_string = value > 0 && value < (1u << 24) && size == value + 4;
    if (!is_string && size != 4) return false;
    if (is_string) {
      const Bytes text = reader.take(std::min<std::size_t>(value, reader.remaining()));
      if (stream.pushed == 0) stream.commands = is_push_command(text);
    }
    ++stream.pushed;
  }
  return stream.pushed > 0;
}

Stream read_stream(Bytes bytes, Bytes block) {
  Stream stream;
  ByteReader reader{bytes};
  stream.opens = read_opening(reader, block);
  if (!stream.opens) reader = ByteReader{bytes};
  if (stream.opens && read_push(reader, stream)) return stream;
  stream.pushed = 0;
  while (!reader.at_end()) {
    if (reader.remaining() < 16 && (stream.opens || stream.messages > 0)) break;
    if (!read_message(reader, stream)) {
      stream.foreign = true;
      break;
    }
  }
  return stream;
}

Match recognize_moira(const Exchange& exchange) {
  const Stream client = read_stream(exchange.client, client_block);
  const Stream server = read_stream(exchange.server, server_block);
  const bool opens = client.opens || server.opens;
  const std::size_t messages = client.messages + server.messages;
  if (!opens && (messages == 0 || client.foreign || server.foreign)) return {};
  if ((client.opens && server.foreign && !server.opens) ||
      (server.opens && client.foreign && !client.opens))
    return hint("one side opens as in Moira, the other does not");
  if (is_echo(exchange)) return hint("both sides send the same bytes of Moira");
  if (client.commands)
    return confirmed("client pushes files in {} steps, server answers {}", client.pushed,
                     server.pushed);
  if (opens && !client.foreign && !server.foreign)
    return confirmed("{} opens a connection, {} messages follow",
                     client.opens ? "client" : "server", messages);
  if (opens) return likely("a connection is opened, other bytes follow");
  if (client.messages > 0 && server.messages > 0 && client.strings > 0)
    return confirmed("{} messages from within a session", messages);
  if (messages >= 2 || client.strings + server.strings >= 2)
    return likely("{} messages from within a session", messages);
  return hint("a message framed as in Moira");
}

constexpr Bytes opening =
    "\0\0\0"
    "6\0\0\0\x04\x01\x01\x01\x01server_id\0parms\0host\0user\0\0\0\0\x01\0\0\0\0"
    "\x01\0\0\0\0\x01\0\0\0\0\x01\0"_b;

constexpr Example examples[] = {
    {.about = "a query",
     .client = "\0\0\0"
               "6\0\0\0\x04\x01\x01\x01\x01server_id\0parms\0host\0user\0\0\0\0\x01\0\0\0\0"
               "\x01\0\0\0\0\x01\0\0\0\0\x01\0\0\0\0"
               "0\0\0\0\x02\0\0\0\x03\0\0\0\x02\0\0\0\x12get_"
               "user_by_login\0\0\0\0\0\0\x04"
               "ann\0"_b,
     .server = "\0\0\0"
               "1\0\0\0\x03\0\x01\x01"
               "disposition\0server_id\0parms\0\0\0\0\x01\0\0\0\x01"
               "\0\0\0\0\x01\0\0\0\0$\0\0\0\x02.\x8f\x0c\x05\0\0\0\x02\0\0\0\x04"
               "ann\0\0\0\0\x05"
               "1000\0\0\0\0\0\0\0\x10\0\0\0\x02\0\0\0\0\0\0\0\0"_b},
    {.about = "both sides open",
     .client = opening,
     .server = "\0\0\0"
               "1\0\0\0\x03\0\x01\x01"
               "disposition\0server_id\0parms\0\0\0\0\x01\0\0\0\x01"
               "\0\0\0\0\x01\0"_b},
    {.about = "client alone", .client = opening},
    {.about = "a file is pushed",
     .client = "\0\0\0"
               "6\0\0\0\x04\x01\x01\x01\x01server_id\0parms\0host\0user\0\0\0\0\x01\0\0\0\0"
               "\x01\0\0\0\0\x01\0\0\0\0\x01\0\0\0\0\x0d\0\0\0\x09"
               "AUTH_003\0\0\0\0\x0c\0\0\0\x08\x6e\x82\x01\x9f\x30\x82\x01\x9b"
               "\0\0\0\x24\0\0\0\x20XFER_003 10 20 /etc/aliases.new\0"_b,
     .server = "\0\0\0"
               "1\0\0\0\x03\0\x01\x01"
               "disposition\0server_id\0parms\0\0\0\0\x01\0\0\0\x01"
               "\0\0\0\0\x01\0\0\0\0\x04\0\0\0\0\0\0\0\x04\0\0\0\0\0\0\0\x04\0\0\0\0"_b},
    {.about = "within a session",
     .client = "\0\0\0"
               "0\0\0\0\x02\0\0\0\x03\0\0\0\x02\0\0\0\x0eget_list_info\0\0\0\0\0\0\x06staff"
               "\0\0\0"_b,
     .server = "\0\0\0$\0\0\0\x02\0\0\0\0\0\0\0\x02\0\0\0\x06staff\0\0\0\0\0\0\x02"
               "1\0\0\0"_b},
    {.about = "other names of fields",
     .client = "\0\0\0"
               "6\0\0\0\x04\x01\x01\x01\x01server_no\0parms\0host\0user\0\0\0\0\x01\0\0\0\0"
               "\x01\0\0\0\0\x01\0\0\0\0\x01\0"_b,
     .expect = Certainty::none},
    {.about = "a message without strings",
     .client = "\0\0\0\x10\0\0\0\x02\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "the server is something else",
     .client = opening,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer moira;
constinit const Recognizer moira{
    .name = "moira",
    .title = "Moira",
    .transports = Transports::tcp,
    .era = Era::niche,
    .hello = {.bytes = opening, .about = "the opening block alone (read only)"},
    .reference = "MIT Moira, mr_connect.c, mr_call.c and update/client.c",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize_moira,
    .examples = examples,
};

}  // namespace oddport::recognizers
