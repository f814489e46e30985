#include "report/quantity.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>

namespace oddport {
namespace {

// Three significant digits, of a number below 999.5.
std::string three_digits(double number) {
  if (number < 9.995) return fmt::format("{:.2f}", number);
  if (number < 99.95) return fmt::format("{:.1f}", number);
  return fmt::format("{:.0f}", number);
}

double sane(double number) { return std::isfinite(number) && number > 0 ? number : 0.0; }

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", grouped(number), number == 1 ? singular : plural);
}

std::string byte_size(double bytes) {
  constexpr std::array<std::string_view, 7> units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  bytes = sane(bytes);
  if (bytes < 999.5) return fmt::format("{:.0f} B", bytes);
  std::size_t unit = 0;
  while (bytes >= 999.5 && unit + 1 < units.size()) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{} {}", three_digits(bytes), units.at(unit));
}

std::string duration(double seconds) {
  seconds = sane(seconds);
  if (seconds < 59.95) return fmt::format("{} s", three_digits(seconds));
  if (seconds > 1e12) return "ages";
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace oddport
