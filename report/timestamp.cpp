#include "report/timestamp.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace oddport {
namespace {

// The number with leading zeros and the character behind it. By hand: every record has two times, and a general formatter
// takes longer over them than over all the rest.
template <std::size_t width>
void append_field(std::string& out, std::int64_t value, char behind) {
  std::array<char, width + 1> text;
  text[width] = behind;
  for (std::size_t i = width; i-- > 0; value /= 10) text[i] = static_cast<char>('0' + value % 10);
  out.append(text.data(), text.size());
}

}  // namespace

void append_timestamp(std::string& out, Time time) {
  using namespace std::chrono;
  // Rounded by hand: at the earliest times the library's floor would overflow on its way through
  // nanoseconds.
  const sys_time<microseconds> moment{microseconds{time / 1000 - (time % 1000 < 0 ? 1 : 0)}};
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const hh_mm_ss clock{moment - day};
  append_field<4>(out, static_cast<int>(date.year()), '-');
  append_field<2>(out, static_cast<unsigned>(date.month()), '-');
  append_field<2>(out, static_cast<unsigned>(date.day()), 'T');
  append_field<2>(out, clock.hours().count(), ':');
  append_field<2>(out, clock.minutes().count(), ':');
  append_field<2>(out, clock.seconds().count(), '.');
  append_field<6>(out, clock.subseconds().count(), 'Z');
}

}  // namespace oddport
