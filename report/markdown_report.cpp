#include "report/markdown_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "report/escape.h"
#include "report/quantity.h"
#include "report/record_fields.h"
#include "report/text_layout.h"
#include "report/text_page.h"
#include "report/timestamp.h"

namespace oddport {

namespace {

constexpr std::size_t line_width = 96;
constexpr std::size_t most_evidence = 8;

std::size_t longest_run_of_backticks(std::string_view text) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// A code span (CommonMark, section 6.1) as the only content of its place: nothing in it is markup, nobody is notified and nothing
// becomes a link.
std::string code(std::string_view outside) {
  const std::string text = visible(outside);
  const std::string fence(longest_run_of_backticks(text) + 1, '`');
  const bool needs_blanks = text.empty() || text.front() == '`' || text.back() == '`';
  return fence + (needs_blanks ? " " : "") + text + (needs_blanks ? " " : "") + fence;
}

// Inside a table a bar ends the cell, in code as well.
std::string cell(std::string_view outside) {
  if (outside.empty()) return {};
  std::string span = code(outside);
  for (std::size_t at = 0; (at = span.find('|', at)) != std::string::npos; at += 2)
    span.insert(at, "\\");
  return span;
}

// "2026-01-31 12:00:00"
std::string moment(Time time) {
  std::string text;
  append_timestamp(text, time);
  text[10] = ' ';
  return text.substr(0, 19);
}

std::string spoken(const PageFinding& finding) {
  return finding.protocol.empty() ? "something unknown" : code(finding.protocol);
}

std::string where(const PageFinding& finding) {
  return finding.role == Role::service
             ? code(finding.server.ip.to_string())
             : fmt::format("{}, from clients' own ports", code(to_string(finding.server)));
}

void add_wrapped(std::string& block, std::string_view text, std::string_view lead) {
  for (const std::string_view line : wrap(text, line_width - lead.size())) {
    block.append(lead).append(line).append("\n");
    lead = lead.empty() ? "" : "  ";
  }
}

// What strangers said, between fences that they cannot close.
std::string quoted_block(const PageFinding& finding) {
  std::string block;
  add_wrapped(block, visible(finding.reason), "");
  if (!finding.evidence.empty() || !finding.traits.empty()) block += '\n';
  std::size_t told = 0;
  for (const auto* lines : {&finding.evidence, &finding.traits})
    for (const std::string& line : *lines)
      if (told++ < most_evidence) add_wrapped(block, visible(line), "- ");
  const std::string fence(std::max<std::size_t>(3, longest_run_of_backticks(block) + 1), '`');
  return fmt::format("{}text\n{}{}\n", fence, block, fence);
}

void write_summary(TextSink& sink, const PageData& data) {
  sink.append("| label | flows | packets | bytes |\n|---|--:|--:|--:|\n");
  for (const Label label : labels_odd_first) {
    const Volume& volume = data.tally.of(label);
    if (volume.flows == 0) continue;
    sink.append(fmt::format("| {} | {} | {} | {} |\n", to_string(label), grouped(volume.flows),
                            grouped(volume.packets), byte_size(static_cast<double>(volume.bytes))));
  }
  sink.append("\n");
}

void write_finding(TextSink& sink, const PageFinding& finding, std::size_t rank) {
  sink.append(fmt::format("### {}. {}/{}: {} at {}\n\n", rank, finding.port,
                          to_string(finding.transport), spoken(finding), where(finding)));
  std::string head = fmt::format("**{}**", to_string(finding.label));
  if (finding.certainty != Certainty::none)
    head += fmt::format(", {}", to_string(finding.certainty));
  if (!finding.parts.empty()) head += fmt::format(", score {:.1f}", finding.score);
  head += fmt::format("; {}", counted(finding.flows, "flow", "flows"));
  if (finding.clients > 0)
    head += fmt::format(" of {}", counted(finding.clients, "client", "clients"));
  if (!finding.most_active.empty())
    head += fmt::format(" ({}{})", code(finding.most_active.front().ip.to_string()),
                        finding.clients > 1 ? " and others" : "");
  sink.append(
      fmt::format("{}; {} to {} UTC\n\n", head, moment(finding.first), moment(finding.last)));
  sink.append(quoted_block(finding));
  if (!finding.parts.empty()) {
    sink.append("\n");
    for (const PageScorePart& part : finding.parts)
      sink.append(fmt::format("- {:+.1f} {}\n", part.points, code(part.why)));
  }
  sink.append("\n");
}

void write_changes(TextSink& sink, const PageData& data) {
  if (data.changes.empty()) return;
  sink.append(fmt::format(
      "## Changes since {}\n\n| change | endpoint | before | now |\n|---|---|---|---|\n",
      code(data.baseline)));
  for (const PageChange& change : data.changes)
    sink.append(fmt::format(
        "| {} | {} | {} | {} |\n", change.kind,
        cell(fmt::format("{}/{}", to_string(change.server), to_string(change.transport))),
        cell(change.before), cell(change.after)));
  sink.append("\n");
}

}  // namespace

void write_markdown(TextSink& sink, const PageData& data, std::size_t most) {
  sink.append(fmt::format("# Ports 500-1023: {}\n\n", code(data.title)));
  if (data.tally.labelled().flows > 0)
    sink.append(fmt::format(
        "{} at {}, {} to {} UTC\n\n", counted(data.tally.labelled().flows, "flow", "flows"),
        counted(data.endpoints, "endpoint", "endpoints"), moment(data.first), moment(data.last)));
  write_summary(sink, data);
  write_changes(sink, data);
  sink.append("## Findings\n\n");
  const std::size_t told = std::min(most, data.findings.size());
  for (std::size_t i = 0; i < told; ++i) write_finding(sink, data.findings[i], i + 1);
  if (data.endpoints > told)
    sink.append(fmt::format("{} less odd.\n", counted(data.endpoints - told, "more endpoint is",
                                                      "more endpoints are")));
  if (data.endpoints == 0) sink.append("None: nothing spoke on the watched ports.\n");
}

}  // namespace oddport
