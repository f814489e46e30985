#include "report/json_writer.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "report/escape.h"

namespace oddport {

void JsonWriter::settle() {
  out_.append(gathered_.data(), gathered_size_);
  gathered_size_ = 0;
}

inline void JsonWriter::put(char c) {
  if (gathered_size_ == gathered_.size()) settle();
  gathered_[gathered_size_++] = c;
}

inline void JsonWriter::put(std::string_view text) {
  if (text.size() > gathered_.size() - gathered_size_) {
    settle();
    if (text.size() > gathered_.size()) {
      out_.append(text);
      return;
    }
  }
  text.copy(&gathered_[gathered_size_], text.size());
  gathered_size_ += text.size();
}

void JsonWriter::separate() {
  // A string value ends in its quote, so that an opening bracket here is always a real one.
  if (gathered_size_ == 0 && out_.empty()) return;
  const char last = gathered_size_ == 0 ? out_.back() : gathered_[gathered_size_ - 1];
  if (last != '{' && last != '[') put(',');
}

void JsonWriter::begin_member(std::string_view key) {
  separate();
  put('"');
  put(key);
  put("\":");
}

std::string& JsonWriter::key(std::string_view name) {
  begin_member(name);
  settle();
  return out_;
}

void JsonWriter::begin_object() { put('{'); }
void JsonWriter::begin_object(std::string_view key) {
  begin_member(key);
  put('{');
}
void JsonWriter::begin_element() {
  separate();
  put('{');
}
void JsonWriter::end_object() {
  put('}');
  settle();
}
void JsonWriter::begin_array(std::string_view key) {
  begin_member(key);
  put('[');
}
void JsonWriter::end_array() {
  put(']');
  settle();
}

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
  begin_member(name);
  put('"');
  put(value);
  put('"');
}

void JsonWriter::number(std::string_view name, std::uint64_t value) {
  const fmt::format_int digits(value);
  begin_member(name);
  put({digits.data(), digits.size()});
}

void JsonWriter::seconds(std::string_view name, double value) {
  fmt::format_to(std::back_inserter(key(name)), "{:.6f}", std::isfinite(value) ? value : 0.0);
}

void JsonWriter::boolean(std::string_view name, bool value) {
  begin_member(name);
  put(value ? "true" : "false");
}

void JsonWriter::null(std::string_view name) {
  begin_member(name);
  put("null");
}

void JsonWriter::element(std::string_view text) {
  separate();
  settle();
  append_json_string(out_, text);
}

}  // namespace oddport
