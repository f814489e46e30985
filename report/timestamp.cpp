#include "report/timestamp.h"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

namespace oddport {

void append_timestamp(std::string& out, Time time) {
  using namespace std::chrono;
  // Rounded by hand: at the earliest times the library's floor would overflow on its way through
  // nanoseconds.
  const sys_time<microseconds> moment{microseconds{time / 1000 - (time % 1000 < 0 ? 1 : 0)}};
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const hh_mm_ss clock{moment - day};
  fmt::format_to(std::back_inserter(out), FMT_STRING("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z"),
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(),
                 clock.seconds().count(), clock.subseconds().count());
}

}  // namespace oddport
