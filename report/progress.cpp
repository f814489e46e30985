#include "report/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "report/quantity.h"
#include "report/text_layout.h"

namespace oddport {
namespace {

constexpr std::chrono::seconds quiet_time{1};
constexpr std::chrono::milliseconds between_draws{100};
constexpr std::size_t bar_width = 24;
// ECMA-48: carriage return, then erase to the end of the line.
constexpr std::string_view clear_line = "\r\x1b[K";

// As many of the items as fit, the first ones being the most important.
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

// A whole number of seconds: more would flicker, and promise too much.
std::string time_left(double seconds) {
  if (seconds > 59) return duration(seconds) + " left";
  return fmt::format("{:.0f} s left", std::ceil(seconds));
}

}  // namespace

Progress::Progress(TextSink& sink, const ProgressOptions& options, Moment start)
    : sink_(sink), options_(options), start_(start), next_draw_(start + quiet_time) {}

void Progress::update(std::uint64_t position, std::uint64_t size, std::uint64_t packets,
                      Moment now) {
  if (!options_.terminal || now < next_draw_) return;
  next_draw_ = now + between_draws;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  sink_.append(fmt::format("\r{}\x1b[K", line(position, size, packets, seconds)));
  sink_.flush();
  drawn_ = true;
}

void Progress::erase() {
  if (!drawn_) return;
  sink_.append(clear_line);
  sink_.flush();
  drawn_ = false;
}

std::string Progress::line(std::uint64_t position, std::uint64_t size, std::uint64_t packets,
                           double seconds) const {
  const auto done = static_cast<double>(position);
  const double rate = done / seconds;
  std::vector<std::string> items;
  if (size > 0) {
    const double fraction = std::min(done / static_cast<double>(size), 1.0);
    // Rounded down: 100% means that everything was read.
    items.push_back(fmt::format("{} {:3.0f}%", bar(fraction), std::floor(100 * fraction)));
    const double left = static_cast<double>(size - std::min(position, size));
    if (position > 0) items.push_back(time_left(left / rate));
  } else {
    items.push_back(byte_size(done));
  }
  items.push_back(byte_size(rate) + "/s");
  items.push_back(counted(packets, "packet", "packets"));
  // One column stays free: a full line would make some terminals go to the next one.
  return joined_to_fit(items, std::max<std::size_t>(options_.width, 1) - 1);
}

std::string Progress::bar(double fraction) const {
  const auto full = static_cast<std::size_t>(fraction * static_cast<double>(bar_width));
  std::string text;
  if (options_.charset == Charset::ascii) {
    text.append(full, '#');
    text.append(bar_width - full, '.');
    return "[" + text + "]";
  }
  for (std::size_t i = 0; i < bar_width; ++i) text += i < full ? "━" : "╌";
  return text;
}

}  // namespace oddport
