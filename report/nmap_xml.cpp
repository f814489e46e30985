#include "report/nmap_xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "report/escape.h"
#include "report/record_fields.h"
#include "report/timestamp.h"

namespace oddport {
namespace {

constexpr std::string_view xml_output_version = "1.05";
constexpr Time second = 1'000'000'000;

// Of an attribute in double quotes. What XML cannot hold at all, controls first, was made visible before.
void append_text(std::string& out, std::string_view text) {
  for (const char c : visible(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
}

void attribute(std::string& out, std::string_view name, std::string_view value) {
  out += fmt::format(" {}=\"", name);
  append_text(out, value);
  out += '"';
}

void attribute(std::string& out, std::string_view name, std::uint64_t value) {
  attribute(out, name, fmt::format_int(value).str());
}

std::string readable(Time time) {
  std::string text;
  append_timestamp(text, time);
  return text;
}

std::uint64_t seconds_of(Time time) {
  return static_cast<std::uint64_t>(time < 0 ? 0 : time / second);
}

std::uint64_t size_of(const PortSet& ports) {
  std::uint64_t count = 0;
  for (std::uint32_t port = 0; port < 65536; ++port)
    count += ports.contains(static_cast<std::uint16_t>(port)) ? 1 : 0;
  return count;
}

void scaninfo(std::string& out, std::string_view type, Transport transport, const PortSet& ports) {
  if (ports.empty()) return;
  out += "<scaninfo";
  attribute(out, "type", type);
  attribute(out, "protocol", to_string(transport));
  attribute(out, "numservices", size_of(ports));
  attribute(out, "services", ports.to_string());
  out += "/>\n";
}

// nmap's confidence, 0 to 10: 3 is what it gives a name out of a table, 10 what it has seen for itself.
std::uint64_t confidence(Certainty certainty) { return certainty == Certainty::confirmed ? 10 : 8; }

void service(std::string& out, const ScannedPort& port) {
  const Verdict& verdict = port.verdict;
  const bool named = !verdict.protocol.empty();
  const std::string_view name = named ? verdict.protocol : verdict.assignment.service;
  if (name.empty()) return;
  out += "<service";
  attribute(out, "name", name);
  if (port.in_tls || verdict.protocol == "tls") attribute(out, "tunnel", std::string_view("ssl"));
  attribute(out, "method", std::string_view(named ? "probed" : "table"));
  attribute(out, "conf", named ? confidence(verdict.certainty) : 3);
  out += "/>";
}

void element(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out += "<elem";
  attribute(out, "key", key);
  out += '>';
  append_text(out, value);
  out += "</elem>";
}

void script(std::string& out, const Verdict& verdict, bool is_pseudo) {
  out += "<script id=\"oddport\"";
  attribute(out, "output", verdict.reason);
  out += '>';
  element(out, "label", label_field(verdict.label));
  element(out, "protocol", verdict.protocol);
  element(out, "certainty", to_string(verdict.certainty));
  element(out, "era", era_field(verdict));
  if (is_pseudo) element(out, "pseudo", "true");
  if (!verdict.evidence.empty()) {
    out += "<table key=\"evidence\">";
    for (const std::string& item : verdict.evidence) {
      out += "<elem>";
      append_text(out, item);
      out += "</elem>";
    }
    out += "</table>";
  }
  out += "</script>";
}

void port(std::string& out, const ScannedPort& port, bool is_pseudo) {
  out += "<port";
  attribute(out, "protocol", to_string(port.transport));
  attribute(out, "portid", port.port);
  out += "><state";
  attribute(out, "state", port.state);
  attribute(out, "reason", port.reason);
  attribute(out, "reason_ttl", 0);
  out += "/>";
  if (port.state == "open") {
    service(out, port);
    if (!port.verdict.reason.empty()) script(out, port.verdict, is_pseudo);
  }
  out += "</port>\n";
}

void unlisted(std::string& out, const UnlistedPorts& ports) {
  out += "<extraports";
  attribute(out, "state", ports.state);
  attribute(out, "count", ports.count);
  out += "><extrareasons";
  attribute(out, "reason", ports.reason);
  attribute(out, "count", ports.count);
  attribute(out, "proto", to_string(ports.transport));
  out += "/></extraports>\n";
}

}  // namespace

void NmapXml::begin(const ScanPlan& plan) {
  std::string& out = sink_.buffer();
  out +=
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!DOCTYPE nmaprun>\n"
      "<nmaprun scanner=\"nmap\"";  // no other is allowed there
  attribute(out, "args", plan.command_line);
  attribute(out, "start", seconds_of(plan.start));
  attribute(out, "startstr", readable(plan.start));
  attribute(out, "version", fmt::format("oddport {}", plan.version));
  attribute(out, "xmloutputversion", xml_output_version);
  out += ">\n";
  scaninfo(out, plan.by_connect ? "connect" : "syn", Transport::tcp, plan.tcp);
  scaninfo(out, "udp", Transport::udp, plan.udp);
  out += "<verbose level=\"0\"/>\n<debugging level=\"0\"/>\n";
  sink_.commit();
}

void NmapXml::host(const ScannedHost& host) {
  std::string& out = sink_.buffer();
  out += "<host";
  attribute(out, "starttime", seconds_of(host.first));
  attribute(out, "endtime", seconds_of(host.last));
  out += "><status state=\"up\" reason=\"user-set\" reason_ttl=\"0\"/>\n<address";
  attribute(out, "addr", host.ip.to_string());
  attribute(out, "addrtype", std::string_view(host.ip.is_v4() ? "ipv4" : "ipv6"));
  out += "/>\n<hostnames>";
  if (!host.name.empty()) {
    out += "<hostname";
    attribute(out, "name", host.name);
    out += " type=\"user\"/>";
  }
  out += "</hostnames>\n<ports>";
  for (const UnlistedPorts& each : host.unlisted) unlisted(out, each);
  for (const ScannedPort& each : host.ports) port(out, each, host.is_pseudo);
  out += "</ports>\n</host>\n";
  sink_.commit();
}

void NmapXml::end(const ScanEnd& end) {
  std::string& out = sink_.buffer();
  out += "<runstats><finished";
  attribute(out, "time", seconds_of(end.time));
  attribute(out, "timestr", readable(end.time));
  attribute(out, "elapsed", fmt::format("{:.2f}", end.seconds));
  attribute(out, "summary",
            fmt::format("oddport done at {}; {} addresses ({} up) scanned in {:.2f} seconds",
                        readable(end.time), end.hosts, end.hosts_up, end.seconds));
  attribute(out, "exit", std::string_view(end.error.empty() ? "success" : "error"));
  if (!end.error.empty()) attribute(out, "errormsg", end.error);
  out += "/><hosts";
  attribute(out, "up", end.hosts_up);
  attribute(out, "down", end.hosts - std::min(end.hosts, end.hosts_up));
  attribute(out, "total", end.hosts);
  out += "/></runstats>\n</nmaprun>\n";
  sink_.flush();
}

}  // namespace oddport
