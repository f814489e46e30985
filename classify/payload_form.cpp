#include "classify/payload_form.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "classify/byte_reader.h"
#include "classify/byte_set.h"
#include "classify/text.h"

namespace oddport {

namespace {

// ---- Text ----

constexpr bool is_ebcdic_word(unsigned char c) {
  const unsigned row = c >> 4;
  const unsigned column = c & 15u;
  if (c == 0x40) return true;
  if (row == 0xf) return column <= 9;
  if (row == 0xa || row == 0xe) return column >= 2 && column <= 9;
  return (row == 0x8 || row == 0x9 || row == 0xc || row == 0xd) && column >= 1 && column <= 9;
}

constexpr bool is_ebcdic(unsigned char c) {
  constexpr ByteSet signs = ByteSet::of(
      "\x4b\x4c\x4d\x4e\x4f\x50\x5a\x5b\x5c\x5d\x5e\x60\x61\x6b\x6c\x6d\x6e\x6f\x7a\x7b\x7c\x7d\x7e"
      "\x7f"
      "\x05\x0d\x15\x25");
  return is_ebcdic_word(c) || signs.contains(c);
}

// Letters, digits, signs and line ends of EBCDIC make nearly all of it, and most are letters, digits and blanks.
bool is_ebcdic(const ByteHistogram& said) {
  static constexpr auto table = [](bool (*belongs)(unsigned char)) {
    ByteHistogram::Counts marks{};
    for (std::size_t value = 0; value < marks.size(); ++value)
      marks[value] = belongs(static_cast<unsigned char>(value)) ? 1 : 0;
    return marks;
  };
  static constexpr ByteHistogram::Counts all = table(is_ebcdic);
  static constexpr ByteHistogram::Counts of_words = table(is_ebcdic_word);
  // Its words are of bytes with the top bit, and of blanks.
  if ((said.count(0x80, 0xff) + said.count(0x40, 0x40)) * 4 < said.total() * 3) return false;
  const ByteHistogram::Counts counts = said.counts();
  std::size_t fit = 0;
  std::size_t words = 0;
  for (std::size_t value = 0; value < counts.size(); ++value) {
    fit += std::size_t{counts[value]} * all[value];
    words += std::size_t{counts[value]} * of_words[value];
  }
  return fit * 100 >= said.total() * 95 && words * 4 >= said.total() * 3;
}

// US-ASCII controls but NUL and those of text.
std::size_t count_controls(const ByteHistogram& said) {
  return said.count(0x01, 0x08) + said.count('\v', '\v') + said.count(0x0e, 0x1f) +
         said.count(0x7f, 0x7f);
}

// RFC 3629, section 4; a character that the end of the bytes cuts is fine.
bool is_utf8(Bytes bytes) {
  for (std::size_t n = 0; n < bytes.size();) {
    const auto c = static_cast<unsigned char>(bytes[n++]);
    if (c < 0x80) continue;
    const std::size_t more = c >= 0xc2 && c <= 0xdf   ? 1
                             : c >= 0xe0 && c <= 0xef ? 2
                             : c >= 0xf0 && c <= 0xf4 ? 3
                                                      : 0;
    if (more == 0) return false;
    for (std::size_t k = 0; k < more && n < bytes.size(); ++k, ++n) {
      const auto next = static_cast<unsigned char>(bytes[n]);
      const bool overlong = k == 0 && ((c == 0xe0 && next < 0xa0) || (c == 0xf0 && next < 0x90));
      const bool beyond = k == 0 && ((c == 0xed && next > 0x9f) || (c == 0xf4 && next > 0x8f));
      if ((next & 0xc0) != 0x80 || overlong || beyond) return false;
    }
  }
  return true;
}

bool all_utf8(const Exchange& exchange, Side side) {
  return std::ranges::all_of(exchange.messages, [side](const Message& message) {
    return message.from != side || is_utf8(message.bytes);
  });
}

// Pairs of which one byte is nearly always zero and the other nearly always a letter.
TextEncoding utf16_of(const ByteHistogram& said, Bytes start) {
  if (start.starts_with("\xff\xfe")) return TextEncoding::utf16_le;
  if (start.starts_with("\xfe\xff")) return TextEncoding::utf16_be;
  const std::size_t pairs = said.total() / 2;
  const auto fits = [&](std::size_t zero_lane) {
    const std::size_t lane = 1 - zero_lane;
    const std::size_t glyphs = said.count_at(lane, ' ', '~') + said.count_at(lane, '\t', '\n') +
                               said.count_at(lane, '\r', '\r');
    return said.count_at(zero_lane, 0, 0) * 10 >= pairs * 8 && glyphs * 10 >= pairs * 9;
  };
  if (said.total() % 2 != 0) return TextEncoding::none;
  if (fits(1)) return TextEncoding::utf16_le;
  return fits(0) ? TextEncoding::utf16_be : TextEncoding::none;
}

// ---- JSON (RFC 8259) ----

// Walks through a text as far as it goes; nesting beyond 64 levels is not followed.
class JsonWalk {
 public:
  explicit JsonWalk(Bytes text) : reader_(text) {}

  // An object or array, complete; or, where the text is cut, right up to its end.
  bool holds(bool whole) {
    skip_blanks();
    const Bytes start = reader_.rest();
    if (!start.starts_with('{') && !start.starts_with('[')) return false;
    do {
      if (!step()) return !whole && reader_.rest().empty() && steps_ >= 4;
      ++steps_;
    } while (depth_ > 0);
    return true;
  }

 private:
  enum class Expect : std::uint8_t { value, value_or_end, key, key_or_end, colon, comma_or_end };

  void skip_blanks() {
    reader_.take_while([](unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
  }
  bool in_object() const { return (objects_ >> (depth_ - 1) & 1) != 0; }
  bool open(bool object) {
    if (depth_ == 64) return false;
    ++depth_;
    const std::uint64_t bit = std::uint64_t{1} << (depth_ - 1);
    objects_ = object ? objects_ | bit : objects_ & ~bit;
    expect_ = object ? Expect::key_or_end : Expect::value_or_end;
    return true;
  }
  bool close(bool object) {
    if (in_object() != object) return false;
    --depth_;
    expect_ = Expect::comma_or_end;
    return true;
  }
  bool string() {
    for (;;) {
      reader_.take_while([](unsigned char c) { return c >= ' ' && c != '"' && c != '\\'; });
      const std::uint8_t c = reader_.u8();
      if (!reader_ || c == '"') return static_cast<bool>(reader_);
      if (c != '\\') return reader_.fail();
      reader_.skip(1);
    }
  }
  bool scalar(char first) {
    if (first == '"') return string();
    const Bytes rest = reader_.take_while([](unsigned char c) {
      return is_letter(c) || is_digit(c) || c == '.' || c == '+' || c == '-';
    });
    if (first == '-' || is_digit(static_cast<unsigned char>(first))) return true;
    return (first == 't' && rest == "rue") || (first == 'f' && rest == "alse") ||
           (first == 'n' && rest == "ull");
  }
  bool step() {
    skip_blanks();
    if (reader_.at_end()) return false;
    const auto c = static_cast<char>(reader_.u8());
    const bool may_close = expect_ == Expect::value_or_end || expect_ == Expect::key_or_end ||
                           expect_ == Expect::comma_or_end;
    if (c == '}' || c == ']') return may_close && close(c == '}');
    switch (expect_) {
      case Expect::value:
      case Expect::value_or_end:
        if (c == '{' || c == '[') return open(c == '{');
        expect_ = Expect::comma_or_end;
        return scalar(c);
      case Expect::key:
      case Expect::key_or_end:
        expect_ = Expect::colon;
        return c == '"' && string();
      case Expect::colon:
        expect_ = Expect::value;
        return c == ':';
      case Expect::comma_or_end:
        expect_ = in_object() ? Expect::key : Expect::value;
        return c == ',';
    }
    return false;
  }

  ByteReader reader_;
  Expect expect_ = Expect::value;
  std::uint64_t objects_ = 0;  // a bit for each level: whether it is an object
  std::size_t depth_ = 0;
  std::size_t steps_ = 0;
};

bool is_xml(Bytes bytes) {
  ByteReader reader{bytes};
  reader.take_while([](unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
  const Bytes start = reader.rest();
  if (start.starts_with("<?xml ")) return true;
  if (!reader.accept("<")) return false;
  reader.accept_if("/");
  const Bytes name = reader.take_while([](unsigned char c) {
    return is_letter(c) || is_digit(c) || c == ':' || c == '-' || c == '_' || c == '.';
  });
  return !name.empty() && is_letter(static_cast<unsigned char>(name.front())) &&
         reader.rest().find('>') != Bytes::npos;
}

// ---- BER (ITU-T X.690) ----

struct Element {
  bool ok = false;
  bool constructed = false;
  Bytes content;
};

Element next_element(ByteReader& reader) {
  const std::uint8_t tag = reader.u8();
  if ((tag & 0x1f) == 0x1f || tag == 0) return {};
  std::size_t length = reader.u8();
  if (length >= 0x80) {
    const std::size_t count = length & 0x7f;
    if (count == 0 || count > 4) return {};
    length = 0;
    for (std::size_t n = 0; n < count; ++n) length = length << 8 | reader.u8();
  }
  const Bytes content = reader.take(length);
  return {.ok = static_cast<bool>(reader), .constructed = (tag & 0x20) != 0, .content = content};
}

// Elements that fill the bytes exactly; how many, and 0 where they do not.
std::size_t elements_in(Bytes bytes) {
  ByteReader reader{bytes};
  std::size_t count = 0;
  for (; !reader.at_end(); ++count)
    if (!next_element(reader).ok) return 0;
  return reader ? count : 0;
}

// One constructed element that fills the bytes, with two elements or more that fill it in turn.
bool is_ber(Bytes bytes) {
  ByteReader reader{bytes};
  const Element outer = next_element(reader);
  return outer.ok && reader.at_end() && outer.constructed && bytes.size() >= 6 &&
         elements_in(outer.content) >= 2;
}

// ---- Protocol Buffers ----

bool skip_varint(ByteReader& reader, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = reader.u8();
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return static_cast<bool>(reader);
  }
  return reader.fail();
}

// Fields in ascending order, as encoders write them, that fill the bytes exactly; three at least, and a text among them.
bool is_protobuf(Bytes bytes) {
  ByteReader reader{bytes};
  std::uint64_t last_number = 0;
  std::size_t fields = 0;
  bool text = false;
  for (; !reader.at_end(); ++fields) {
    std::uint64_t key = 0;
    std::uint64_t value = 0;
    if (!skip_varint(reader, key)) return false;
    const std::uint64_t number = key >> 3;
    if (number == 0 || number > 256 || number < last_number) return false;
    last_number = number;
    switch (key & 7) {
      case 0:
        if (!skip_varint(reader, value)) return false;
        break;
      case 1:
        reader.skip(8);
        break;
      case 2: {
        if (!skip_varint(reader, value) || value > reader.remaining()) return false;
        const Bytes content = reader.take(static_cast<std::size_t>(value));
        text = text || (content.size() >= 3 && is_text(content) && is_utf8(content));
        break;
      }
      case 5:
        reader.skip(4);
        break;
      default:
        return false;
    }
    if (!reader) return false;
  }
  return fields >= 3 && text;
}

}  // namespace

TextEncoding encoding_of(const Exchange& exchange, Side side, const ByteHistogram& said) {
  if (said.total() < 4) return TextEncoding::none;
  const std::size_t nuls = said.count(0, 0);
  const std::size_t controls = count_controls(said);
  const std::size_t high_controls = said.count(0x80, 0x9f);
  const std::size_t printable = said.count(' ', '~');
  const bool seven_bit = controls == 0 && said.count(0x80, 0xff) == 0;
  if (seven_bit && nuls == 0) return TextEncoding::ascii;
  if (said.total() < 8) return TextEncoding::none;
  if (const TextEncoding wide = utf16_of(said, exchange.said(side)); wide != TextEncoding::none)
    return wide;
  if (seven_bit && printable * 10 >= said.total() * 6) return TextEncoding::ascii_with_nuls;
  if (nuls == 0 && controls == 0 && all_utf8(exchange, side)) return TextEncoding::utf8;
  if (is_ebcdic(said)) return TextEncoding::ebcdic;
  const bool latin = nuls == 0 && controls == 0 && high_controls == 0;
  return latin && printable * 4 >= said.total() * 3 ? TextEncoding::latin1 : TextEncoding::none;
}

Packing packing_of(Bytes bytes) {
  const auto byte = [bytes](std::size_t n) { return static_cast<unsigned char>(bytes[n]); };
  // RFC 1952, section 2.3: deflate is the only method, and the upper three flags are zero.
  if (bytes.size() >= 10 && bytes.starts_with("\x1f\x8b\x08") && (byte(3) & 0xe0) == 0)
    return Packing::gzip;
  if (bytes.starts_with("\x28\xb5\x2f\xfd")) return Packing::zstd;  // RFC 8878, section 3.1.1
  if (bytes.starts_with("\xfd\x37\x7a\x58\x5a\x00"_b)) return Packing::xz;
  if (bytes.starts_with("\x04\x22\x4d\x18")) return Packing::lz4;
  if (bytes.size() >= 10 && bytes.starts_with("BZh") && byte(3) >= '1' && byte(3) <= '9' &&
      bytes.substr(4).starts_with("1AY&SY"))
    return Packing::bzip2;
  // RFC 1950, section 2.2: deflate with a window of 32 KiB, no dictionary, and check bits; then a block type that exists.
  if (bytes.size() >= 8 && byte(0) == 0x78 && (byte(1) & 0x20) == 0 &&
      (byte(0) * 256 + byte(1)) % 31 == 0 && (byte(2) >> 1 & 3) != 3)
    return Packing::zlib;
  return Packing::none;
}

Structure structure_of(Bytes bytes, bool whole, bool is_text) {
  if (JsonWalk(bytes).holds(whole)) return Structure::json;
  if (is_xml(bytes)) return Structure::xml;
  if (is_text || !whole) return Structure::none;
  if (is_ber(bytes)) return Structure::ber;
  return is_protobuf(bytes) ? Structure::protobuf : Structure::none;
}

}  // namespace oddport
