// Writes one JSON value into a string, member by member, without building it in memory first.
//
// A capture can give hundreds of thousands of records a second, each of which is written once and
// never read back: a document tree (nlohmann and its kin) would allocate every member only to throw
// it away. Commas are placed by looking at the last character; keys and tokens are the program's
// own ASCII, every other text goes through append_json_string. A string grows slowly by one short piece
// after the other, so what is short is gathered in place first: the string has it all once an object or an array has ended.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace oddport {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object();
  void begin_object(std::string_view key);
  void begin_element();  // an object inside an array
  void end_object();
  void begin_array(std::string_view key);
  void end_array();

  void text(std::string_view key, std::string_view value);
  void text_or_null(std::string_view key, std::string_view value);  // null where empty
  void token(std::string_view key, std::string_view value);         // a word that needs no escape
  void number(std::string_view key, std::uint64_t value);
  void seconds(std::string_view key, double value);  // six decimals; 0 where not finite
  void boolean(std::string_view key, bool value);
  void null(std::string_view key);
  void element(std::string_view text);  // of an array

  // Begins a member; the caller appends the value to the string.
  std::string& key(std::string_view name);

 private:
  void separate();
  void put(char c);
  void put(std::string_view text);
  // Hands what was gathered to the string.
  void settle();
  void begin_member(std::string_view key);

  std::string& out_;
  std::size_t gathered_size_ = 0;
  std::array<char, 512> gathered_;  // only the first gathered_size_ count
};

}  // namespace oddport
