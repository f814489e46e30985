#include "report/progress_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "report/quantity.h"
#include "report/text_layout.h"

namespace oddport {
namespace {

constexpr std::chrono::seconds quiet_time{1};
constexpr std::chrono::milliseconds between_draws{100};
constexpr std::size_t bar_width = 24;
// ECMA-48: carriage return, then erase to the end of the line.
constexpr std::string_view clear_line = "\r\x1b[K";

std::string joined_to_fit(const std::vector<std::string>& items, std::size_t width) {
  std::string line;
  for (const std::string& item : items) {
    const std::size_t separator = line.empty() ? 0 : 2;
    if (display_width(line) + separator + display_width(item) > width) break;
    line.append(separator, ' ');
    line += item;
  }
  return line;
}

}  // namespace

ProgressLine::ProgressLine(TextSink& sink, const ProgressOptions& options, Moment start)
    : sink_(sink), options_(options), start_(start), next_draw_(start + quiet_time) {}

void ProgressLine::draw(const std::vector<std::string>& items, Moment now) {
  next_draw_ = now + between_draws;
  // One column stays free: a full line would make some terminals go to the next one.
  const std::size_t width = std::max<std::size_t>(options_.width, 1) - 1;
  sink_.append(fmt::format("\r{}\x1b[K", joined_to_fit(items, width)));
  sink_.flush();
  drawn_ = true;
}

void ProgressLine::erase() {
  if (!drawn_) return;
  sink_.append(clear_line);
  sink_.flush();
  drawn_ = false;
}

std::string ProgressLine::bar(double fraction) const {
  fraction = std::clamp(fraction, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(fraction * static_cast<double>(bar_width));
  std::string text;
  if (options_.charset == Charset::ascii) {
    text.append(full, '#');
    text.append(bar_width - full, '.');
    text = "[" + text + "]";
  } else {
    for (std::size_t i = 0; i < bar_width; ++i) text += i < full ? "━" : "╌";
  }
  // Rounded down: 100% means that everything is done.
  return fmt::format("{} {:3.0f}%", text, std::floor(100 * fraction));
}

std::string time_left(double seconds) {
  // A whole number of seconds: more would flicker, and promise too much.
  if (seconds > 59) return duration(seconds) + " left";
  return fmt::format("{:.0f} s left", std::ceil(seconds));
}

}  // namespace oddport
