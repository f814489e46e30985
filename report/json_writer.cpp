#include "report/json_writer.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace oddport {

void JsonWriter::put_long(std::string_view text) {
  settle();
  if (text.size() > gathered_.size())
    out_.append(text);
  else
    put(text);
}

void JsonWriter::put_number(std::uint64_t value) {
  const fmt::format_int digits(value);
  put({digits.data(), digits.size()});
}

void JsonWriter::seconds(std::string_view name, double value) {
  fmt::format_to(std::back_inserter(key(name)), "{:.6f}", std::isfinite(value) ? value : 0.0);
}

}  // namespace oddport
