#include "classify/recognizers/tls_hello.h"

#include <algorithm>
#include <span>

#include "classify/recognizers/crypto.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint16_t server_name = 0;
constexpr std::uint16_t signature_algorithms = 13;
constexpr std::uint16_t application = 16;
constexpr std::uint16_t supported_versions = 43;

Bytes read_server_name(ByteReader body) {
  ByteReader list = body.sub(body.u16());
  const std::uint8_t type = list.u8();
  const Bytes name = list.take(list.u16());
  return body && list && type == 0 ? name : Bytes{};
}

Bytes read_application(ByteReader body) {
  ByteReader list = body.sub(body.u16());
  const Bytes name = list.take(list.u8());
  return list ? name : Bytes{};
}

constexpr bool is_newer(std::uint16_t version, std::uint16_t than, TlsCarrier carrier) {
  if (than == 0) return true;
  return carrier == TlsCarrier::datagram ? version < than : version > than;
}

// A client lists versions behind a length of one byte, a server names one.
std::uint16_t read_versions(ByteReader body, TlsCarrier carrier) {
  if (body.remaining() != 2) body.skip(1);
  std::uint16_t newest = 0;
  while (body.remaining() >= 2) {
    const std::uint16_t version = body.u16();
    if (is_tls_version(version, carrier) && is_newer(version, newest, carrier)) newest = version;
  }
  return newest;
}

// RFC 8701: 0a0a, 1a1a, ... fafa.
constexpr bool is_grease(std::uint16_t value) {
  return (value & 0x0f0f) == 0x0a0a && (value >> 8) == (value & 0xff);
}

// At most that many; a hello with more has no fingerprint here.
struct Numbers {
  std::array<std::uint16_t, 256> kept{};
  std::size_t size = 0;
  bool overflown = false;

  void add(std::uint16_t value) {
    if (is_grease(value)) return;
    if (size == kept.size())
      overflown = true;
    else
      kept[size++] = value;
  }
  std::span<std::uint16_t> all() { return std::span{kept}.first(size); }
  std::span<const std::uint16_t> all() const { return std::span{kept}.first(size); }
};

void read_numbers(ByteReader reader, Numbers& numbers) {
  while (reader.remaining() >= 2) numbers.add(reader.u16());
}

constexpr char hex_digit(unsigned value) { return "0123456789abcdef"[value & 15u]; }

// "1301,1302,..." in place, in parts.
struct List {
  std::array<char, 2 * 256 * 5> text{};
  std::size_t size = 0;

  void put(char c) {
    if (size < text.size()) text[size++] = c;
  }
  void put(std::uint16_t value) {
    for (unsigned shift = 16; shift > 0; shift -= 4) put(hex_digit(value >> (shift - 4)));
  }
  void put(std::span<const std::uint16_t> values) {
    bool first = true;
    for (const std::uint16_t value : values) {
      if (!first) put(',');
      put(value);
      first = false;
    }
  }
  Bytes all() const { return {text.data(), size}; }
};

Bytes version_code(std::uint16_t version) {
  switch (version) {
    case 0x0300:
      return "s3";
    case 0x0301:
      return "10";
    case 0x0302:
      return "11";
    case 0x0303:
      return "12";
    case 0x0304:
      return "13";
    case 0xfeff:
      return "d1";
    case 0xfefd:
      return "d2";
    case 0xfefc:
      return "d3";
    default:
      return "00";
  }
}

constexpr bool is_alphanumeric(unsigned char c) { return is_letter(c) || is_digit(c); }

// First and last letter; where one is none, the first and last of all hexadecimal digits.
std::array<char, 2> application_code(Bytes name) {
  if (name.empty()) return {'0', '0'};
  const auto first = static_cast<unsigned char>(name.front());
  const auto last = static_cast<unsigned char>(name.back());
  if (is_alphanumeric(first) && is_alphanumeric(last)) return {name.front(), name.back()};
  return {hex_digit(first >> 4), hex_digit(last & 15u)};
}

struct Counted {
  Numbers extensions;  // all of them
  Numbers hashed;      // those that the digest is of
  Numbers signatures;
  std::uint16_t version = 0;  // the highest number among the supported ones, drafts and all
  bool named = false;
};

std::uint16_t highest_number(ByteReader body) {
  Numbers versions;
  read_numbers(body.sub(body.u8()), versions);
  return versions.size == 0 ? std::uint16_t{0} : std::ranges::max(versions.all());
}

void count_extensions(Bytes extensions, Counted& counted) {
  ByteReader reader{extensions};
  while (reader && !reader.at_end()) {
    const std::uint16_t type = reader.u16();
    ByteReader body = reader.sub(reader.u16());
    counted.extensions.add(type);
    if (type == server_name) counted.named = true;
    if (type == supported_versions) counted.version = highest_number(body);
    if (type != server_name && type != application) counted.hashed.add(type);
    if (type == signature_algorithms) read_numbers(body.sub(body.u16()), counted.signatures);
  }
}

}  // namespace

TlsExtensions read_tls_extensions(ByteReader reader, bool whole, TlsCarrier carrier) {
  TlsExtensions found;
  while (reader && !reader.at_end()) {
    const std::uint16_t type = reader.u16();
    const ByteReader body = reader.sub(reader.u16());
    if (!reader) break;
    if (type == server_name) found.server_name = read_server_name(body);
    if (type == application) found.application = read_application(body);
    if (type == supported_versions) found.version = read_versions(body, carrier);
  }
  found.sound = reader || !whole;
  return found;
}

TlsClientHello read_tls_client_hello(ByteReader body, bool whole, TlsCarrier carrier) {
  using Reach = TlsClientHello::Reach;
  TlsClientHello hello;
  hello.stated = body.u16();
  body.skip(32);
  const std::uint8_t session = body.u8();
  body.skip(session);
  if (carrier == TlsCarrier::datagram) body.skip(body.u8());
  const std::uint16_t suites = body.u16();
  // The newest version is never stated in front: RFC 8446, section 4.1.2.
  const bool stated =
      is_tls_version(hello.stated, carrier) && hello.stated != 0x0304 && hello.stated != 0xfefc;
  if (!stated) return {};
  hello.version = hello.stated;
  if (!body) {
    hello.reach = whole ? Reach::nowhere : Reach::random;
    return hello;
  }
  if (session > 32 || suites < 2 || suites % 2 != 0) return {};
  hello.suites = body.take(suites);
  const Bytes compressions = body.take(body.u8());
  hello.reach = whole ? Reach::nowhere : Reach::suites;
  if (!body) return hello;
  if (compressions.find('\0') == Bytes::npos) return {};
  hello.reach = whole ? Reach::complete : Reach::behind;
  if (body.at_end()) return hello;
  const std::uint16_t length = body.u16();
  if (whole && length != body.remaining()) return {};
  hello.extensions = body.take(std::min<std::size_t>(length, body.remaining()));
  const TlsExtensions found = read_tls_extensions(ByteReader{hello.extensions}, whole, carrier);
  if (!found.sound) return {};
  hello.server_name = found.server_name;
  hello.application = found.application;
  if (found.version != 0 && is_newer(found.version, hello.version, carrier))
    hello.version = found.version;
  return hello;
}

void Ja4::put(Bytes text) { size_ += text.copy(text_.data() + size_, text_.size() - size_); }

void Ja4::put_count(std::size_t count) {
  const std::size_t shown = std::min<std::size_t>(count, 99);
  const std::array<char, 2> digits{static_cast<char>('0' + shown / 10),
                                   static_cast<char>('0' + shown % 10)};
  put({digits.data(), digits.size()});
}

void Ja4::put_digest(Bytes list) {
  if (list.empty()) return put("000000000000");
  const Sha256 digest = sha256(list);
  for (std::size_t n = 0; n < 6; ++n) {
    const auto byte = static_cast<unsigned char>(digest[n]);
    const std::array<char, 2> digits{hex_digit(byte >> 4), hex_digit(byte)};
    put({digits.data(), digits.size()});
  }
}

Ja4 Ja4::of(const TlsClientHello& hello, TlsCarrier carrier) {
  if (hello.reach != TlsClientHello::Reach::complete) return {};
  Numbers suites;
  Counted counted;
  read_numbers(ByteReader{hello.suites}, suites);
  count_extensions(hello.extensions, counted);
  if (suites.overflown || counted.extensions.overflown || counted.signatures.overflown) return {};
  std::ranges::sort(suites.all());
  std::ranges::sort(counted.hashed.all());
  const char letter = static_cast<char>(carrier);
  const std::array<char, 2> spoken = application_code(hello.application);
  Ja4 print;
  print.put({&letter, 1});
  const bool numbered = counted.version != 0 && carrier != TlsCarrier::datagram;
  print.put(version_code(numbered ? counted.version : hello.version));
  print.put(counted.named ? "d" : "i");
  print.put_count(suites.size);
  print.put_count(counted.extensions.size);
  print.put({spoken.data(), spoken.size()});
  List list;
  list.put(suites.all());
  print.put("_");
  print.put_digest(list.all());
  list.size = 0;
  list.put(counted.hashed.all());
  if (counted.signatures.size > 0) list.put('_');
  list.put(counted.signatures.all());
  print.put("_");
  print.put_digest(list.all());
  return print;
}

}  // namespace oddport::recognizers
