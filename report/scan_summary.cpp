#include "report/scan_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/quantity.h"

namespace oddport {
namespace {

constexpr std::size_t most_named = 8;  // hosts and protocols

void add_line(std::string& out, std::string_view subject, std::string_view text) {
  out += fmt::format("{:<10} {}\n", subject, text);
}

void add_item(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

void add_scanned(std::string& out, const ScanSummary& scan) {
  std::string text = fmt::format("{}, {} in {}", counted(scan.addresses, "address", "addresses"),
                                 counted(scan.targets, "port", "ports"), duration(scan.seconds));
  if (scan.dry_run) text += "; a dry run, nothing was sent";
  if (scan.interrupted) {
    const double share =
        scan.targets == 0 ? 0
                          : static_cast<double>(scan.settled) / static_cast<double>(scan.targets);
    text += fmt::format("; interrupted at {:.0f}%", std::floor(100 * std::min(share, 1.0)));
  }
  add_line(out, "scanned", text);
}

void add_packets(std::string& out, const ScanSummary& scan) {
  std::string text = grouped(scan.sent) + " sent";
  if (scan.seconds > 0)
    text += fmt::format(" ({}/s)", grouped(static_cast<std::uint64_t>(std::min(
                                       static_cast<double>(scan.sent) / scan.seconds, 1e18))));
  text += fmt::format(", {} received", grouped(scan.received));
  if (scan.loss > 0) text += fmt::format(", {:.2f}% lost", 100 * scan.loss);
  add_line(out, "packets", text);
}

void add_ports(std::string& out, std::string_view subject, const PortCounts& ports,
               std::string_view silent) {
  if (ports.asked == 0) return;
  std::string text = fmt::format("{} open, {} closed", grouped(ports.open), grouped(ports.closed));
  if (ports.filtered > 0) add_item(text, grouped(ports.filtered) + " refused on the way");
  if (ports.unreachable > 0) add_item(text, grouped(ports.unreachable) + " unreachable");
  add_item(text, fmt::format("{} {}", grouped(ports.silent()), silent));
  add_line(out, subject, text);
}

void add_services(std::string& out, const Tally& found, Charset charset) {
  std::string labels;
  for (const Label label : labels_odd_first)
    if (label != Label::silent && found.of(label).flows > 0)
      add_item(labels, fmt::format("{} {}", grouped(found.of(label).flows), to_string(label)));
  std::string text = grouped(found.labelled().flows);
  if (!labels.empty()) text += ": " + labels;
  add_line(out, "services", text);
  std::string list;
  for (const ProtocolVolume& each : found.top_protocols(most_named))
    add_item(list,
             fmt::format("{} {}", visible(each.protocol, charset), grouped(each.volume.flows)));
  if (list.empty()) return;
  if (found.protocols() > most_named)
    add_item(list, fmt::format("{} more", grouped(found.protocols() - most_named)));
  add_line(out, "protocols", list);
}

void add_pseudo(std::string& out, const ScanSummary& scan) {
  if (scan.pseudo_hosts.empty()) return;
  std::string hosts;
  for (std::size_t i = 0; i < std::min(scan.pseudo_hosts.size(), most_named); ++i)
    add_item(hosts, scan.pseudo_hosts[i].to_string());
  if (scan.pseudo_hosts.size() > most_named)
    add_item(hosts, fmt::format("{} more", grouped(scan.pseudo_hosts.size() - most_named)));
  add_line(out, "pseudo",
           fmt::format("{} on {} on which every port seems open; they are no services ({})",
                       counted(scan.pseudo_ports, "mute port", "mute ports"),
                       counted(scan.pseudo_hosts.size(), "host", "hosts"), hosts));
}

void add_missed(std::string& out, const ScanSummary& scan) {
  if (!scan.miss_rate) return;
  const double percent = 100 * *scan.miss_rate;
  std::string text =
      percent < 0.001 ? std::string("less than 0.001%") : fmt::format("about {:.3f}%", percent);
  text += " of what is open, as estimated by the loss";
  if (scan.missed >= 0.5) text += fmt::format(" ({:.0f} open ports)", scan.missed);
  add_line(out, "missed", text);
}

void add_skipped(std::string& out, const ScanSummary& scan) {
  std::string list;
  if (scan.unroutable > 0) add_item(list, grouped(scan.unroutable) + " without a route");
  if (scan.unresolved > 0)
    add_item(list, grouped(scan.unresolved) + " on neighbors that answer neither ARP nor NDP");
  if (scan.excluded > 0) add_item(list, grouped(scan.excluded) + " excluded meanwhile");
  if (!list.empty()) add_line(out, "skipped", "ports: " + list);
  if (scan.dropped > 0)
    add_line(out, "dropped",
             fmt::format("{} faster than read; they were asked for again",
                         counted(scan.dropped, "answer came", "answers came")));
  if (scan.unrecorded > 0)
    add_line(out, "dropped",
             fmt::format("{} missing in the recording (-w)",
                         counted(scan.unrecorded, "packet is", "packets are")));
}

}  // namespace

std::string scan_summary_text(const ScanSummary& scan, const Tally& found, Charset charset) {
  std::string out;
  add_scanned(out, scan);
  add_packets(out, scan);
  if (!scan.dry_run) {
    add_ports(out, "tcp", scan.tcp, "without an answer");
    add_ports(out, "udp", scan.udp, "without an answer (open or filtered)");
    add_services(out, found, charset);
    add_pseudo(out, scan);
    add_missed(out, scan);
  }
  add_skipped(out, scan);
  for (const std::string& failure : scan.failures)
    add_line(out, "error", visible(failure, charset));
  if (!scan.resume_file.empty())
    add_line(out, "resume", "oddport scan --resume " + visible(scan.resume_file, charset));
  return out;
}

}  // namespace oddport
