#include "store/starts_code.h"

#include <cstdint>
#include <limits>

#include "store/varint.h"

namespace oddport {

std::string encode_starts(const Starts& starts) {
  std::string code;
  std::int64_t before = 0;
  for (const Start& start : starts.all()) {
    append_number(code, static_cast<std::uint64_t>(start.time_ms - before));
    append_number(code, start.bytes);
    before = start.time_ms;
  }
  return code;
}

void decode_starts(std::string_view code, Starts& starts) {
  // Of capture clocks before 1970 the first difference is negative, and takes more than 63 bits: such pairs are not kept.
  std::uint64_t time = 0;
  for (std::size_t i = 0; i < Starts::most && !code.empty(); ++i) {
    const auto gap = take_number(code);
    const auto bytes = gap ? take_number(code) : std::nullopt;
    if (!bytes || *bytes > std::numeric_limits<std::uint32_t>::max()) return;
    time += *gap;
    starts.add(
        {.time_ms = static_cast<std::int64_t>(time & std::numeric_limits<std::int64_t>::max()),
         .bytes = static_cast<std::uint32_t>(*bytes)});
  }
}

}  // namespace oddport
