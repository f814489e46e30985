// One line of CSV (RFC 4180), cell by cell; report/csv.h says what becomes of text from outside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classify/observation.h"

namespace oddport {

class CsvLine {
 public:
  explicit CsvLine(std::string& out) : out_(out) {}

  // A word, number or address of our own making: nothing to quote.
  void plain(std::string_view value) { next() += value; }
  void number(std::uint64_t value);
  void seconds(double value);
  void time(Time value);
  void empty(std::size_t cells = 1);
  // Text from outside.
  void text(std::string_view value);
  void end() { out_ += "\r\n"; }

 private:
  std::string& next();
  void quote(std::string_view cell);

  std::string& out_;
  bool first_ = true;
};

// Several texts stand in one cell; " | " is rare enough in banners to be seen as a separator.
std::string joined_cell(const std::vector<std::string>& texts);

}  // namespace oddport
