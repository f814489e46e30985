// The members of a JSON object, one by one, as far as the bytes go: RFC 8259, section 4.
#pragma once

#include "classify/byte_reader.h"
#include "classify/text.h"

namespace oddport::recognizers {

class JsonMembers {
 public:
  constexpr explicit JsonMembers(Bytes text) : reader_(text) {
    skip_blanks();
    reader_.accept("{");
  }

  // False once the object has ended, was cut, or is none.
  constexpr bool next() {
    skip_blanks();
    if (reader_.accept_if("}")) {
      ended_ = true;
      return false;
    }
    if (count_ > 0) reader_.accept(",");
    skip_blanks();
    key_ = take_string();
    skip_blanks();
    reader_.accept(":");
    skip_blanks();
    const Bytes begin = reader_.rest();
    skip_value();
    value_ = begin.substr(0, begin.size() - reader_.rest().size());
    if (!reader_) return false;
    ++count_;
    return true;
  }

  constexpr Bytes key() const { return key_; }
  // Text is without its quotes.
  constexpr Bytes value() const { return value_; }
  constexpr Bytes text() const {
    return value_.starts_with('"') && value_.size() >= 2 ? value_.substr(1, value_.size() - 2)
                                                         : Bytes{};
  }
  constexpr unsigned count() const { return count_; }
  constexpr bool ended() const { return ended_; }
  // What follows the object.
  constexpr Bytes rest() const { return reader_.rest(); }

 private:
  constexpr void skip_blanks() {
    reader_.take_while(
        [](unsigned char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  }

  constexpr Bytes take_string() {
    reader_.accept("\"");
    const Bytes rest = reader_.rest();
    std::size_t n = 0;
    while (n < rest.size() && rest[n] != '"') {
      if (!is_text(rest.substr(n, 1))) break;
      n += rest[n] == '\\' ? 2 : 1;
    }
    const Bytes text = reader_.take(n);
    reader_.accept("\"");
    return text;
  }

  constexpr void skip_value() {
    std::size_t depth = 0;
    do {
      skip_blanks();
      const Bytes rest = reader_.rest();
      if (rest.empty()) {
        reader_.fail();
        return;
      }
      const char c = rest.front();
      if (c == '"') {
        take_string();
      } else if (c == '{' || c == '[') {
        ++depth;
        reader_.skip(1);
      } else if ((c == '}' || c == ']') && depth > 0) {
        --depth;
        reader_.skip(1);
      } else if ((c == ',' || c == ':') && depth > 0) {
        reader_.skip(1);
      } else if (reader_.take_while(is_of_word).empty()) {
        reader_.fail();
      }
    } while (reader_ && depth > 0);
  }

  // Numbers, true, false, null.
  static constexpr bool is_of_word(unsigned char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '+' || c == '.';
  }

  ByteReader reader_;
  Bytes key_;
  Bytes value_;
  unsigned count_ = 0;
  bool ended_ = false;
};

}  // namespace oddport::recognizers
