#include "report/csv_line.h"

#include <fmt/format.h>

#include <iterator>

#include "report/escape.h"
#include "report/timestamp.h"

namespace oddport {

namespace {

bool starts_formula(std::string_view text) {
  switch (first_code_point(text).value) {
    case '=':
    case '+':
    case '-':
    case '@':
    case 0xff1d:  // the full-width forms of the same, which some spreadsheets treat alike
    case 0xff0b:
    case 0xff0d:
    case 0xff20:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string& CsvLine::next() {
  if (!first_) out_ += ',';
  first_ = false;
  return out_;
}

void CsvLine::number(std::uint64_t value) {
  fmt::format_to(std::back_inserter(next()), "{}", value);
}

void CsvLine::seconds(double value) { fmt::format_to(std::back_inserter(next()), "{:.6f}", value); }

void CsvLine::time(Time value) { append_timestamp(next(), value); }

void CsvLine::empty(std::size_t cells) {
  for (; cells > 0; --cells) next();
}

void CsvLine::text(std::string_view value) {
  std::string cell;
  if (starts_formula(value)) cell += '\'';
  append_visible(cell, value);
  quote(cell);
}

void CsvLine::quote(std::string_view cell) {
  next();
  if (cell.find_first_of("\",") == std::string_view::npos) {
    out_ += cell;
    return;
  }
  out_ += '"';
  for (const char c : cell) {
    if (c == '"') out_ += '"';
    out_ += c;
  }
  out_ += '"';
}

std::string joined_cell(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, " | "));
}

}  // namespace oddport
