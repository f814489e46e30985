#include "report/json_writer.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "report/escape.h"

namespace oddport {

void JsonWriter::separate() {
  // A string value ends in its quote, so that an opening bracket here is always a real one.
  if (!out_.empty() && out_.back() != '{' && out_.back() != '[') out_ += ',';
}

std::string& JsonWriter::key(std::string_view name) {
  separate();
  const std::size_t before = out_.size();
  out_.resize(before + name.size() + 3, '"');
  name.copy(&out_[before + 1], name.size());
  out_.back() = ':';
  return out_;
}

void JsonWriter::begin_object() { out_ += '{'; }
void JsonWriter::begin_object(std::string_view name) { key(name) += '{'; }
void JsonWriter::begin_element() {
  separate();
  out_ += '{';
}
void JsonWriter::end_object() { out_ += '}'; }
void JsonWriter::begin_array(std::string_view name) { key(name) += '['; }
void JsonWriter::end_array() { out_ += ']'; }

void JsonWriter::text(std::string_view name, std::string_view value) {
  append_json_string(key(name), value);
}

void JsonWriter::text_or_null(std::string_view name, std::string_view value) {
  if (value.empty()) {
    null(name);
  } else {
    text(name, value);
  }
}

void JsonWriter::token(std::string_view name, std::string_view value) {
  key(name) += '"';
  out_ += value;
  out_ += '"';
}

void JsonWriter::number(std::string_view name, std::uint64_t value) {
  const fmt::format_int digits(value);
  key(name).append(digits.data(), digits.size());
}

void JsonWriter::seconds(std::string_view name, double value) {
  fmt::format_to(std::back_inserter(key(name)), "{:.6f}", std::isfinite(value) ? value : 0.0);
}

void JsonWriter::boolean(std::string_view name, bool value) {
  key(name) += value ? "true" : "false";
}

void JsonWriter::null(std::string_view name) { key(name) += "null"; }

void JsonWriter::element(std::string_view text) {
  separate();
  append_json_string(out_, text);
}

}  // namespace oddport
