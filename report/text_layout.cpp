#include "report/text_layout.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

namespace oddport {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// The blocks of combining marks (general category Mn and Me) that occur in practice; ascending.
constexpr std::array<Range, 26> combining = {{
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0670, 0x0670}, {0x06d6, 0x06dc}, {0x06df, 0x06e4}, {0x0900, 0x0902}, {0x093c, 0x093c},
    {0x0941, 0x0948}, {0x094d, 0x094d}, {0x0981, 0x0981}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a},
    {0x0e47, 0x0e4e}, {0x0eb1, 0x0eb1}, {0x0eb4, 0x0ebc}, {0x0f71, 0x0f7e}, {0x135d, 0x135f},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0x302a, 0x302d}, {0x3099, 0x309a},
    {0xfe20, 0xfe2f},
}};

// East Asian Wide and Fullwidth (Unicode Standard Annex 11) and the pictographs shown as such;
// ascending.
constexpr std::array<Range, 19> wide = {{
    {0x1100, 0x115e},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x2e80, 0x303e},
    {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},
    {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe1f},
    {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18dff},
    {0x1b000, 0x1b2ff}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd},
}};

bool lies_in(char32_t value, std::span<const Range> ranges) {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), value,
                       [](char32_t v, const Range& range) { return v < range.first; });
  return after != ranges.begin() && value <= std::prev(after)->last;
}

std::size_t width_of(char32_t value) {
  if (value < 0x300) return 1;
  if (lies_in(value, combining)) return 0;
  return lies_in(value, wide) ? 2 : 1;
}

// The longest beginning of at most `width` columns, in bytes; marks stay with what they combine
// with.
std::size_t bytes_that_fit(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  std::size_t columns = 0;
  while (bytes < text.size()) {
    const CodePoint next = first_code_point(text.substr(bytes));
    columns += width_of(next.value);
    if (columns > width) break;
    bytes += next.length;
  }
  return bytes;
}

std::string_view without_leading_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

std::string_view without_trailing_blanks(std::string_view text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// Where to break a text that does not fit: after its last word that does, or inside its first one.
std::size_t break_at(std::string_view text, std::size_t fits) {
  if (text.substr(fits).starts_with(' ')) return fits;
  const std::size_t blank = text.substr(0, fits).rfind(' ');
  return blank == std::string_view::npos ? fits : blank;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    columns += width_of(next.value);
    text.remove_prefix(next.length);
  }
  return columns;
}

std::string cut_to_width(std::string_view text, std::size_t width, Charset charset) {
  if (bytes_that_fit(text, width) == text.size()) return std::string(text);
  const std::string_view ellipsis = charset == Charset::utf8 ? "…" : "...";
  const std::size_t ellipsis_width = charset == Charset::utf8 ? 1 : 3;
  if (width < ellipsis_width) return std::string(text.substr(0, bytes_that_fit(text, width)));
  std::string cut(text.substr(0, bytes_that_fit(text, width - ellipsis_width)));
  cut += ellipsis;
  return cut;
}

std::vector<std::string_view> wrap(std::string_view text, std::size_t width) {
  width = std::max<std::size_t>(width, 2);  // so that a wide character always fits
  std::vector<std::string_view> lines;
  text = without_trailing_blanks(without_leading_blanks(text));
  while (true) {
    const std::size_t fits = bytes_that_fit(text, width);
    if (fits == text.size()) break;
    const std::size_t end = break_at(text, fits);
    lines.push_back(without_trailing_blanks(text.substr(0, end)));
    text = without_leading_blanks(text.substr(end));
  }
  lines.push_back(text);
  return lines;
}

}  // namespace oddport
