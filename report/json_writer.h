// Writes one JSON value into a string, member by member, without building it in memory first.
//
// A capture can give hundreds of thousands of records a second, each of which is written once and
// never read back: a document tree (nlohmann and its kin) would allocate every member only to throw
// it away. Commas are placed by looking at the last character; keys and tokens are the program's
// own ASCII, every other text goes through append_json_string. A string grows slowly by one short piece
// after the other, so what is short is gathered in place first: the string has it all once an object or an array has ended.
// What puts names and words in place is inline, for their lengths are known where it is called.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "report/escape.h"

namespace oddport {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { put('{'); }
  void begin_object(std::string_view key) {
    begin_member(key);
    put('{');
  }
  // An object inside an array.
  void begin_element() {
    separate();
    put('{');
  }
  void end_object() {
    put('}');
    settle();
  }
  void begin_array(std::string_view key) {
    begin_member(key);
    put('[');
  }
  void end_array() {
    put(']');
    settle();
  }

  void text(std::string_view key, std::string_view value) {
    append_json_string(this->key(key), value);
  }
  // Null where empty.
  void text_or_null(std::string_view key, std::string_view value) {
    if (value.empty()) {
      null(key);
    } else {
      text(key, value);
    }
  }
  // A word that needs no escape.
  void token(std::string_view key, std::string_view value) {
    begin_member(key);
    put('"');
    put(value);
    put('"');
  }
  void number(std::string_view key, std::uint64_t value) {
    begin_member(key);
    put_number(value);
  }
  // Six decimals; 0 where not finite.
  void seconds(std::string_view key, double value);
  void boolean(std::string_view key, bool value) {
    begin_member(key);
    put(value ? "true" : "false");
  }
  void null(std::string_view key) {
    begin_member(key);
    put("null");
  }
  // Of an array.
  void element(std::string_view text) {
    separate();
    settle();
    append_json_string(out_, text);
  }

  // Begins a member; the caller appends the value to the string.
  std::string& key(std::string_view name) {
    begin_member(name);
    settle();
    return out_;
  }

 private:
  void put(char c) {
    if (gathered_size_ == gathered_.size()) settle();
    gathered_[gathered_size_++] = c;
  }
  void put(std::string_view text) {
    if (text.size() > gathered_.size() - gathered_size_) {
      put_long(text);
      return;
    }
    text.copy(&gathered_[gathered_size_], text.size());
    gathered_size_ += text.size();
  }
  void put_long(std::string_view text);
  void put_number(std::uint64_t value);
  void begin_member(std::string_view key) {
    separate();
    put('"');
    put(key);
    put("\":");
  }
  // A string value ends in its quote, so that an opening bracket here is always a real one.
  void separate() {
    const char last = gathered_size_ == 0 ? last_of_string() : gathered_[gathered_size_ - 1];
    if (last != '{' && last != '[') put(',');
  }
  // An opening bracket where it is empty: no comma goes first.
  char last_of_string() const { return out_.empty() ? '[' : out_.back(); }
  // Hands what was gathered to the string.
  void settle() {
    out_.append(gathered_.data(), gathered_size_);
    gathered_size_ = 0;
  }

  std::string& out_;
  std::size_t gathered_size_ = 0;
  std::array<char, 512> gathered_;  // only the first gathered_size_ count
};

}  // namespace oddport
