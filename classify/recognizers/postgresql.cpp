// PostgreSQL and what speaks its protocol (CockroachDB, Redshift, PgBouncer).
//
// PostgreSQL's manual, "Frontend/Backend Protocol". The client opens with length (4), version (00030000; 00020000
// in fixed fields) and names and values that end in NUL; or with a request of no version: TLS (04d2162f), GSSAPI
// (04d21630), cancellation (04d2162e). The server answers the former with one letter, S, N or G. All else is a
// letter, length (4, itself included), body; the server begins with R (authentication), E (error) or v.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  std::string_view what;
  Bytes text;
};

// Pairs of names and values, ended by an empty name.
bool are_parameters(ByteReader reader, bool whole, Speech& said) {
  bool names_user = false;
  while (reader && !reader.at_end()) {
    const Bytes name = reader.until('\0', 64);
    if (reader && name.empty()) return names_user && reader.at_end();
    const Bytes value = reader.until('\0', 1024);
    if (!reader) break;
    if (!is_token(name) || !is_text(value)) return false;
    if (name == "user") said.text = value;
    names_user |= name == "user";
  }
  return !whole && names_user;
}

Fit read_opening(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  const std::uint32_t length = reader.u32();
  const std::uint32_t version = reader.u32();
  if (!reader || length < 8 || length > 10000) return Fit::alien;
  const bool whole = length - 8 <= reader.remaining();
  const Bytes body = reader.take(std::min<std::size_t>(length - 8, reader.remaining()));
  if (version >> 16 == 3 && (version & 0xffff) <= 2) {
    said.what = "opens version 3 as user";
    return are_parameters(ByteReader{body}, whole, said) ? Fit::proves : Fit::alien;
  }
  if (version == 0x00020000 && length == 296) {
    said.what = "opens version 2 as user";
    said.text = until_nul(body.substr(std::min<std::size_t>(64, body.size()), 32));
    return is_token(said.text) ? Fit::proves : Fit::alien;
  }
  if (length == 8 && (version == 80877103 || version == 80877104)) {
    said.what = version == 80877103 ? "asks for TLS" : "asks for GSSAPI encryption";
    return Fit::proves;
  }
  said.what = "cancels a query";
  return (length == 16 || length == 44) && version == 80877102 && body.size() >= 8 ? Fit::proves
                                                                                   : Fit::alien;
}

struct Frame {
  char kind = 0;
  std::uint32_t length = 0;  // as told, without itself
  Bytes body;
  bool whole = false;
};

Frame take_frame(ByteReader& reader) {
  Frame frame;
  frame.kind = static_cast<char>(reader.u8());
  const std::uint32_t length = reader.u32();
  if (length < 4 || length > 0x1000000) reader.fail();
  frame.length = length - 4;
  frame.whole = reader && frame.length <= reader.remaining();
  frame.body = reader.take(std::min<std::size_t>(frame.length, reader.remaining()));
  return frame;
}

// Fields of an error or notice: a letter and text each, ended by a NUL; the severity, a word, comes first.
bool are_fields(const Frame& frame) {
  ByteReader reader{frame.body};
  reader.accept("S");
  const Bytes severity = reader.until('\0', 32);
  const auto belongs = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return is_letter(byte) || byte >= 0x80;
  };
  if (!reader || severity.size() < 3 || !std::ranges::all_of(severity, belongs)) return false;
  return frame.whole ? frame.body.ends_with("\0\0"_b) : frame.length < 0x8000;
}

constexpr std::uint32_t authentication(const Frame& frame) { return ByteReader{frame.body}.u32(); }

// R: the kind of authentication tells the length.
bool is_authentication(const Frame& frame) {
  if (frame.length < 4) return false;
  if (!frame.whole) return authentication(frame) == 10 && frame.body.find("SCRAM-") == 4;
  switch (authentication(frame)) {
    case 0:
    case 2:
    case 3:
    case 7:
    case 9:
      return frame.length == 4;
    case 4:
      return frame.length == 6;
    case 5:
      return frame.length == 8;
    case 10:
      return frame.body.ends_with("\0\0"_b) && is_token(until_nul(frame.body.substr(4)));
    default:
      return authentication(frame) <= 12;
  }
}

// Text up to exactly one NUL at the end.
bool is_string(const Frame& frame) {
  const Bytes text = until_nul(frame.body);
  return is_text(text) && (frame.whole ? text.size() + 1 == frame.body.size() : text.size() > 8);
}

// Name and value, a NUL behind each.
bool is_setting(const Frame& frame) {
  ByteReader reader{frame.body};
  const Bytes name = reader.until('\0', 64);
  const Bytes value = reader.until('\0', 512);
  return reader && reader.at_end() && is_token(name) && is_text(value);
}

// What was checked of a server's message, in bits; 0 where it is none.
unsigned server_bits(const Frame& frame) {
  switch (frame.kind) {
    case 'R':
      return is_authentication(frame) ? 48 : 0;
    case 'E':
    case 'N':
      return are_fields(frame) ? 40 : 0;
    case 'S':
      return is_setting(frame) ? 40 : 0;
    case 'K':
      return frame.length == 8 ? 20 : 0;
    case 'Z':
      return frame.length == 1 && frame.whole && Bytes{"ITE"}.find(frame.body) != Bytes::npos ? 40
                                                                                              : 0;
    case 'C':
      return is_string(frame) && frame.length > 3 ? (frame.whole ? 32 : 8) : 0;
    case 'v':
    case 'T':
    case 'D':
      return frame.length >= 2 && frame.whole ? 8 : 1;
    case '1':
    case '2':
    case '3':
    case 'I':
    case 'n':
    case 's':
      return frame.length == 0 ? 20 : 0;
    default:
      return Bytes{"AcdGHVtW"}.find(frame.kind) != Bytes::npos && frame.length < 0x10000 ? 1 : 0;
  }
}

unsigned client_bits(const Frame& frame) {
  switch (frame.kind) {
    case 'Q':
      return is_string(frame) && frame.length > 4 ? (frame.whole ? 40 : 16) : 0;
    case 'p':
      return frame.length >= 2 && frame.length < 9000 && frame.whole ? 14 : 0;
    case 'P':
      return frame.length > 4 && frame.body.find('\0') != Bytes::npos ? 10 : 0;
    case 'X':
    case 'S':
    case 'H':
    case 'c':
      return frame.length == 0 ? 20 : 0;
    case 'D':
    case 'C':
      return frame.length >= 2 && (frame.body.starts_with('S') || frame.body.starts_with('P')) &&
                     frame.body.ends_with('\0')
                 ? 16
                 : 0;
    case 'E':
      return frame.length >= 5 && frame.length < 128 ? 8 : 0;
    default:
      return Bytes{"BFdf"}.find(frame.kind) != Bytes::npos && frame.length < 0x100000 ? 1 : 0;
  }
}

template <typename BitsOf>
Fit read_frames(ByteReader reader, BitsOf bits_of, Speech& said) {
  unsigned bits = 0;
  while (!reader.at_end()) {
    const bool short_rest = reader.remaining() < 5 && bits > 0;
    const Frame frame = take_frame(reader);
    const unsigned more = reader ? bits_of(frame) : 0;
    if (more == 0) return short_rest ? fit_of_bits(bits) : Fit::alien;
    if (bits == 0 && (frame.kind == 'E' || frame.kind == 'Q')) said.text = frame.body.substr(0, 60);
    bits += more;
  }
  return fit_of_bits(bits);
}

// Version 2: "E", text, line feed or NUL.
bool is_old_error(Bytes bytes) {
  constexpr auto starts =
      std::to_array<Bytes>({"EFATAL:  ", "EERROR:  ", "EFATAL 1:  ", "ESorry, too many"});
  return std::ranges::any_of(starts, [bytes](Bytes start) { return bytes.starts_with(start); });
}

// In answer to a wish for encryption one letter stands alone, or before what TLS or the protocol then say.
Fit read_server(Bytes bytes, bool encryption_asked, bool from_start, Speech& said) {
  if (is_old_error(bytes)) {
    said.text = until_nul(bytes.substr(1));
    return Fit::proves;
  }
  if (encryption_asked && (bytes[0] == 'S' || bytes[0] == 'G')) return Fit::weak;
  // "S", and TLS answers: the version of the record, its length, 2 for the server's hello.
  if (bytes.starts_with("S\x16\3") && bytes.size() > 6 && bytes[6] == 2) return Fit::fits;
  const bool refuses = bytes.starts_with("NR") || bytes.starts_with("NE");
  if ((encryption_asked && bytes[0] == 'N') || refuses) bytes.remove_prefix(1);
  if (bytes.empty()) return Fit::weak;
  const bool opens = Bytes{"RENv"}.find(bytes[0]) != Bytes::npos;
  if (from_start && !opens) return Fit::alien;
  return read_frames(ByteReader{bytes}, server_bits, said);
}

Match recognize_postgresql(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    const Fit opening = read_opening(bytes, client);
    if (opening != Fit::alien || seen.client_from_start) return opening;
    client = {};
    return read_frames(ByteReader{bytes}, client_bits, client);
  });
  const bool encryption_asked = client.what.starts_with("asks for");
  const Fit answers = judge_stream(seen, Side::server, [&](Bytes bytes) {
    return read_server(bytes, encryption_asked, seen.server_from_start, server);
  });
  const Certainty certainty = weigh(seen, asks, answers);
  if (asks >= Fit::weak && !client.what.empty())
    return answer(certainty, "client {}{}{}", client.what, client.text.empty() ? "" : " ",
                  Printable{client.text});
  if (!server.text.empty())
    return answer(certainty, "server reports {}", Printable{server.text, 60});
  return answer(certainty, "messages framed as PostgreSQL's");
}

constexpr auto homes = std::to_array<Home>({{.port = 5432, .service = "postgresql"}});

constexpr Bytes startup = "\0\0\0\x1d\0\3\0\0user\0lab\0database\0d\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "password asked",
     .client = startup,
     .server = "R\0\0\0\x0c\0\0\0\5\x12\x34\x56\x78"_b},
    {.about = "TLS asked and granted", .client = "\0\0\0\x08\x04\xd2\x16\x2f"_b, .server = "S"_b},
    {.about = "an error in answer to other bytes",
     .server =
         "E\0\0\0\x4eSFATAL\0C0A000\0Munsupported frontend protocol 0.0: server supports\0Fpost\0\0"_b},
    {.about = "SASL offered, seen alone", .server = "R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0"_b},
    {.about = "cancellation", .client = "\0\0\0\x10\x04\xd2\x16\x2e\0\0\1\2\3\4\5\6"_b},
    {.about = "another protocol answers",
     .client = startup,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
    {.about = "no user",
     .client = "\0\0\0\x14\0\3\0\0database\0d\0\0"_b,
     .expect = Certainty::none},
    {.about = "authentication of a wrong length",
     .server = "R\0\0\0\x09\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "the version alone", .client = "\0\0\0\x1c\0\3\0\0"_b, .expect = Certainty::none},
});

}  // namespace

extern const Recognizer postgresql;
constinit const Recognizer postgresql{
    .name = "postgresql",
    .title = "PostgreSQL",
    .homes = homes,
    .hello = {.bytes = "\0\0\0\x08\x04\xd2\x16\x2f"_b, .about = "whether TLS is offered"},
    .reference = "PostgreSQL manual, Frontend/Backend Protocol",
    .opens = {.client = ByteSet::of("\0QpPXSHDCEBFcdf"_b),
              .server = ByteSet::of("RENSKZCvTD123InsAcdGHVtW")},
    .judge = recognize_postgresql,
    .examples = examples,
};

}  // namespace oddport::recognizers
