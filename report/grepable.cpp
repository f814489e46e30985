#include "report/grepable.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/record_fields.h"
#include "report/timestamp.h"

namespace oddport {
namespace {

std::string readable(Time time) {
  std::string text;
  append_timestamp(text, time);
  return text;
}

std::string field(std::string_view text) {
  std::string result = visible(text, Charset::ascii);
  std::ranges::replace(result, '/', '|');
  return result;
}

std::string port_field(const ScannedPort& port) {
  const Verdict& said = port.verdict;
  const std::string version =
      said.reason.empty() ? "" : fmt::format("{}: {}", label_field(said.label), said.reason);
  return fmt::format("{}/{}/{}//{}//{}/", port.port, field(port.state), to_string(port.transport),
                     field(said.protocol), field(version));
}

}  // namespace

void Grepable::begin(const ScanPlan& plan) {
  sink_.append(fmt::format("# oddport {} scan initiated {} as: {}\n", plan.version,
                           readable(plan.start), visible(plan.command_line, Charset::ascii)));
}

void Grepable::host(const ScannedHost& host) {
  const std::string who = fmt::format("Host: {} ({})", host.ip.to_string(), field(host.name));
  std::string& out = sink_.buffer();
  out += who + "\tStatus: Up\n" + who + "\tPorts: ";
  for (const ScannedPort& port : host.ports) {
    if (&port != &host.ports.front()) out += ", ";
    out += port_field(port);
  }
  if (!host.unlisted.empty()) {
    const UnlistedPorts& most = *std::ranges::max_element(host.unlisted, {}, &UnlistedPorts::count);
    out += fmt::format("\tIgnored State: {} ({})", most.state, most.count);
  }
  out += '\n';
  sink_.commit();
}

void Grepable::end(const ScanEnd& end) {
  sink_.append(fmt::format("# oddport {} at {} -- {} addresses ({} up) scanned in {:.2f} seconds\n",
                           end.error.empty() ? "done" : "stopped", readable(end.time), end.hosts,
                           end.hosts_up, end.seconds));
  sink_.flush();
}

}  // namespace oddport
