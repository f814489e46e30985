#include "report/live_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "classify/text_lines.h"
#include "report/quantity.h"
#include "report/text_layout.h"

namespace oddport {

namespace {

constexpr std::string_view how_to_leave = "q or Ctrl-C ends";

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (LineReader rest(text); !rest.at_end();) lines.push_back(rest.next().text);
  return lines;
}

}  // namespace

std::string live_page(const LivePage& page) {
  // On a window of a few rows the heading goes first: it is what changes.
  const std::size_t rows = std::max<std::size_t>(page.rows, 1);
  std::vector<std::string> shown;
  const auto cut = [&](std::string_view text) {
    return cut_to_width(text, page.columns, page.charset);
  };
  for (const std::string& line : page.heading) shown.push_back(cut(line));
  shown.emplace_back();
  const std::size_t foot = page.message.empty() ? 1 : 2;
  std::vector<std::string_view> findings = lines_of(page.findings);
  if (findings.empty()) findings.emplace_back("Nothing found yet.");
  for (const std::string_view line : findings) {
    if (shown.size() + foot + 1 > rows) break;
    shown.emplace_back(line);
  }
  shown.resize(std::min(shown.size(), rows - std::min(rows, foot)));
  shown.resize(rows - std::min(rows, foot));
  if (foot == 2 && rows >= 2) shown.push_back(cut(visible(page.message, page.charset)));
  shown.push_back(cut(how_to_leave));
  std::string text;
  for (const std::string& line : shown) text += line + "\n";
  return text;
}

std::string labels_line(std::string_view what, const Tally& tally) {
  std::string by_label;
  for (const Label label : {Label::unknown, Label::unofficial, Label::legacy, Label::expected})
    if (const std::uint64_t flows = tally.of(label).flows; flows > 0)
      by_label +=
          fmt::format("{} {} {}", by_label.empty() ? ":" : ",", grouped(flows), to_string(label));
  return fmt::format("{} {}{}", what, grouped(tally.labelled().flows), by_label);
}

}  // namespace oddport
