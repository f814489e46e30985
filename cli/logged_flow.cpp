#include "cli/logged_flow.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "classify/recognizers.h"
#include "report/port_story.h"
#include "report/record_fields.h"

namespace oddport {

namespace {

// Names of Zeek's analyzers (service of conn.log) and of Suricata's (app_proto of eve.json) that are not ours; both programs'
// own documentation lists them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 26> aliases = {{
    {"bittorrent-dht", "bt-dht"},
    {"dce_rpc", "dcerpc"},
    {"dhcp6", "dhcpv6"},
    {"dnp3_tcp", "dnp3"},
    {"dnp3_udp", "dnp3"},
    {"gtpv1", "gtp"},
    {"ike", "isakmp"},
    {"ikev2", "isakmp"},
    {"ipsec", "isakmp"},
    {"krb", "kerberos"},
    {"krb5", "kerberos"},
    {"krb_tcp", "kerberos"},
    {"ldap_tcp", "ldap"},
    {"ldap_udp", "ldap"},
    {"msn", "msnp"},
    {"netbios_ssn", "netbios-ssn"},
    {"pgsql", "postgresql"},
    {"portmapper", "portmap"},
    {"rfb", "vnc"},
    {"s7comm_tcp", "s7comm"},
    {"smb1", "smb"},
    {"smb2", "smb"},
    {"socks", "socks5"},
    {"spicy_ipsec_udp", "isakmp"},
    {"spicy_wireguard", "wireguard"},
    {"ssl", "tls"},
}};

Observation observe(const LoggedFlow& flow) {
  Observation seen;
  seen.transport = seen.exchange.transport = flow.transport;
  seen.client = flow.client;
  seen.server = flow.server;
  // The log has settled who serves; its own means were better than a guess without bytes.
  seen.basis = RoleBasis::handshake;
  seen.from_client.bytes = flow.client_bytes;
  seen.from_server.bytes = flow.server_bytes;
  return seen;
}

// Why a flow has no protocol, and what is known of its port.
std::string what_is_missing(const LoggedFlow& flow, const Verdict& verdict) {
  const std::string headline = tell_port(verdict.port, flow.transport).headline;
  if (!flow.service.empty())
    return fmt::format("{} calls it {}, a name that is not known here. {}", flow.logger,
                       flow.service, headline);
  const bool counted = flow.client_bytes + flow.server_bytes > 0;
  if (flow.knows_bytes && !counted && !flow.spoke) return verdict.reason;
  if (counted)
    return fmt::format("{} gives no name to {} bytes from the client and {} from the server. {}",
                       flow.logger, flow.client_bytes, flow.server_bytes, headline);
  if (flow.spoke)
    return fmt::format("{} found nothing that it knows in the payload. {}", flow.logger, headline);
  return fmt::format("{} does not tell what was said. {}", flow.logger, headline);
}

}  // namespace

std::string_view protocol_of_service(std::string_view service) {
  const auto alias =
      std::ranges::find(aliases, service, &std::pair<std::string_view, std::string_view>::first);
  const std::string_view name = alias == aliases.end() ? service : alias->second;
  return find_recognizer(name) == nullptr ? std::string_view{} : name;
}

Enrichment enrich(const LoggedFlow& flow, const Classifier& classifier) {
  Observation seen = observe(flow);
  Recognition recognition;
  const std::string_view protocol = protocol_of_service(flow.service);
  if (!protocol.empty()) {
    recognition.recognizer = find_recognizer(protocol);
    recognition.match.certainty = Certainty::likely;
    if (protocol != recognition.recognizer->name) recognition.match.protocol = protocol;
    recognition.match.says = Note::of("{} calls it {}", flow.logger, flow.service);
  }
  // What was named has spoken, even where the log counts no bytes.
  const bool spoke = flow.spoke || !flow.service.empty();
  if (seen.silent() && spoke) seen.from_server.bytes = 1;
  const Verdict verdict = classifier.conclude(seen, recognition);
  Enrichment added;
  added.protocol = verdict.protocol;
  added.certainty = to_string(verdict.certainty);
  added.port = verdict.port;
  added.port_status = to_string(verdict.assignment.status);
  added.port_service = verdict.assignment.service;
  added.reason = protocol.empty() ? what_is_missing(flow, verdict) : verdict.reason;
  if (flow.knows_bytes || spoke) added.label = label_field(verdict.label);
  return added;
}

}  // namespace oddport
