#include "report/timestamp.h"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace oddport {
namespace {

// Puts the number, with leading zeros, in front of `end`. By hand: every record has two times, and a general formatter
// takes longer over them than over all the rest.
template <std::size_t width>
void put_number(Timestamp& text, std::size_t end, std::uint32_t value) {
  for (std::size_t i = 1; i <= width; ++i, value /= 10)
    text[end - i] = static_cast<char>('0' + value % 10);
}

}  // namespace

Timestamp timestamp_of(Time time) {
  using namespace std::chrono;
  // Rounded by hand: at the earliest times the library's floor would overflow on its way through
  // nanoseconds.
  const sys_time<microseconds> moment{microseconds{time / 1000 - (time % 1000 < 0 ? 1 : 0)}};
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const auto since_midnight = static_cast<std::uint64_t>((moment - day).count());
  const auto second = static_cast<std::uint32_t>(since_midnight / 1'000'000);
  Timestamp text{'Y', 'Y', 'Y', 'Y', '-', 'M', 'M', '-', 'D', 'D', 'T', 'h', 'h', ':',
                 'm', 'm', ':', 's', 's', '.', 'u', 'u', 'u', 'u', 'u', 'u', 'Z'};
  put_number<4>(text, 4, static_cast<std::uint32_t>(static_cast<int>(date.year())));
  put_number<2>(text, 7, static_cast<unsigned>(date.month()));
  put_number<2>(text, 10, static_cast<unsigned>(date.day()));
  put_number<2>(text, 13, second / 3600);
  put_number<2>(text, 16, second / 60 % 60);
  put_number<2>(text, 19, second % 60);
  put_number<6>(text, 26, static_cast<std::uint32_t>(since_midnight % 1'000'000));
  return text;
}

void append_timestamp(std::string& out, Time time) {
  const Timestamp text = timestamp_of(time);
  out.append(text.data(), text.size());
}

}  // namespace oddport
