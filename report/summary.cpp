#include "report/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "report/quantity.h"

namespace oddport {
namespace {

constexpr std::size_t most_failures = 20;
constexpr std::size_t most_protocols = 8;

void add_line(std::string& out, std::string_view subject, std::string_view text) {
  out += fmt::format("{:<10} {}\n", subject, text);
}

void add_item(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

void add_read(std::string& out, const ReadSummary& read) {
  std::string text =
      fmt::format("{}, {}, {} in {}", counted(read.files, "file", "files"),
                  byte_size(static_cast<double>(read.bytes)),
                  counted(read.packets, "packet", "packets"), duration(read.seconds));
  if (read.seconds > 0) {
    const double packets = std::min(static_cast<double>(read.packets) / read.seconds, 1e18);
    text += fmt::format(" ({} packets/s, {}/s)", grouped(static_cast<std::uint64_t>(packets)),
                        byte_size(static_cast<double>(read.bytes) / read.seconds));
  }
  if (read.interrupted) text += "; interrupted, the rest was not read";
  add_line(out, "read", text);
}

void add_flows(std::string& out, const Tally& found) {
  std::string labels;
  for (const Label label : labels_odd_first) {
    const std::uint64_t flows = found.of(label).flows;
    if (label != Label::silent && flows > 0) {
      add_item(labels, fmt::format("{} {}", grouped(flows), to_string(label)));
    }
  }
  std::string text = grouped(found.labelled().flows);
  if (!labels.empty()) text += ": " + labels;
  const std::uint64_t silent = found.of(Label::silent).flows;
  if (silent > 0) text += fmt::format("; and {} silent, without any payload", grouped(silent));
  add_line(out, "flows", text);
}

void add_protocols(std::string& out, const Tally& found, Charset charset) {
  std::string list;
  for (const ProtocolVolume& each : found.top_protocols(most_protocols)) {
    add_item(list,
             fmt::format("{} {}", visible(each.protocol, charset), grouped(each.volume.flows)));
  }
  if (list.empty()) return;
  if (found.protocols() > most_protocols) {
    add_item(list, fmt::format("{} more", grouped(found.protocols() - most_protocols)));
  }
  add_line(out, "protocols", list);
}

void add_skipped(std::string& out, const SkippedPackets& skipped) {
  const std::array<std::pair<std::uint64_t, std::string_view>, 5> kinds = {{
      {skipped.other, "without TCP or UDP"},
      {skipped.fragments, "fragments never completed"},
      {skipped.cut, "cut before the ports"},
      {skipped.malformed, "malformed"},
      {skipped.unknown_link, "of a link type not decoded"},
  }};
  std::string list;
  for (const auto& [count, kind] : kinds) {
    if (count > 0) add_item(list, fmt::format("{} {}", grouped(count), kind));
  }
  if (!list.empty()) add_line(out, "skipped", "packets: " + list);
}

void add_evicted(std::string& out, std::uint64_t evicted) {
  if (evicted > 0) {
    add_line(out, "evicted",
             fmt::format("{} told early because the flow table was full (--max-flows)",
                         counted(evicted, "flow was", "flows were")));
  }
}

void add_heard(std::string& out, const ListenSummary& heard, Charset charset) {
  for (const HeardInterface& one : heard.interfaces) {
    std::string text = fmt::format(
        "{}: {} passed the kernel's filter, {} dropped by the kernel", visible(one.name, charset),
        counted(one.received, "packet", "packets"), grouped(one.dropped));
    if (one.dropped_by_interface > 0)
      text += fmt::format(", {} by the interface", grouped(one.dropped_by_interface));
    add_line(out, "heard", text);
  }
  add_line(out, "packets",
           fmt::format("{}, {} on watched ports, {} in {}", grouped(heard.packets),
                       grouped(heard.watched), byte_size(static_cast<double>(heard.bytes)),
                       duration(heard.seconds)));
}

void add_kept(std::string& out, const ListenSummary& heard) {
  if (heard.kept == 0 && heard.not_kept == 0) return;
  std::string text = counted(heard.kept, "packet", "packets");
  if (heard.not_kept > 0)
    text += fmt::format("; {} lost for want of room before their flow was decided",
                        counted(heard.not_kept, "more was", "more were"));
  add_line(out, "written", text);
}

void add_limits(std::string& out, const ReadSummary& read) {
  add_evicted(out, read.evicted);
  if (read.unfolded > 0) {
    add_line(out, "unfolded",
             fmt::format("{} told singly because too many endpoints were seen",
                         counted(read.unfolded, "flow was", "flows were")));
  }
}

void add_failures(std::string& out, const std::vector<Failure>& failures, Charset charset) {
  const std::size_t shown = std::min(failures.size(), most_failures);
  for (std::size_t i = 0; i < shown; ++i) {
    const Failure& failure = failures[i];
    add_line(out, "error",
             fmt::format("{}: byte offset {}: {}", visible(failure.where, charset), failure.offset,
                         visible(failure.what, charset)));
  }
  if (failures.size() > shown) {
    add_line(out, "error", counted(failures.size() - shown, "more error", "more errors"));
  }
}

}  // namespace

std::string listen_summary_text(const ListenSummary& heard, const Tally& found, Charset charset) {
  std::string out;
  add_heard(out, heard, charset);
  add_flows(out, found);
  add_protocols(out, found, charset);
  add_skipped(out, heard.skipped);
  add_evicted(out, heard.evicted);
  add_kept(out, heard);
  for (const Failure& failure : heard.failures)
    add_line(
        out, "error",
        fmt::format("{}: {}", visible(failure.where, charset), visible(failure.what, charset)));
  return out;
}

std::string summary_text(const ReadSummary& read, const Tally& found, Charset charset) {
  std::string out;
  add_read(out, read);
  add_flows(out, found);
  add_protocols(out, found, charset);
  add_skipped(out, read.skipped);
  add_limits(out, read);
  add_failures(out, read.failures, charset);
  return out;
}

}  // namespace oddport
