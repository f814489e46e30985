#include "cli/scan_endpoints.h"

#include <fmt/format.h>

#include <utility>

#include "cli/foreign_scan.h"
#include "probe/address_set.h"
#include "store/endpoint_reader.h"
#include "store/store.h"

namespace oddport {

namespace {

bool is_wanted(const Target& target, const ScanOptions& options, const AddressSet& hosts) {
  const bool tcp = target.transport == Transport::tcp;
  if (tcp ? !options.over_tcp : !options.over_udp) return false;
  const PortSet& ports = tcp ? options.ports.tcp : options.ports.udp;
  if (options.ports_given && !ports.contains(target.port)) return false;
  if (!hosts.empty() && !hosts.contains(target.host)) return false;
  if (!(target.host.is_v4() ? options.resolve.want_v4 : options.resolve.want_v6)) return false;
  return target.port != 0 && objection_to({target.host, target.host}).empty();
}

void add_of_database(const ScanOptions& options, std::vector<Target>& endpoints) {
  Store store(options.from, Store::Missing::is_an_error);
  for (const EndpointKey& key : endpoints_labelled(store, options.from_labels))
    endpoints.push_back(
        {.host = key.server.ip, .transport = key.transport, .port = key.server.port});
}

// Of a mere list of addresses, the ports are those that the user says were asked; over TCP, unless the user says how.
bool add_of_list(const ForeignScan& found, const ScanOptions& options,
                 std::vector<Target>& endpoints, std::string& error) {
  if (!options.ports_given) {
    error = fmt::format("{}: names no ports; say with -p which one is open there", options.from);
    return false;
  }
  for (const IpAddress& host : found.hosts) {
    for (std::uint32_t number = 1; number < 65536; ++number) {
      const auto port = static_cast<std::uint16_t>(number);
      if (options.ports.tcp.contains(port)) endpoints.push_back({host, Transport::tcp, port});
      if (options.kinds_given && options.ports.udp.contains(port))
        endpoints.push_back({host, Transport::udp, port});
    }
  }
  return true;
}

bool add_of_scanner(const ScanOptions& options, EndpointsToAsk& chosen, std::string& error) {
  auto found = read_foreign_scan_file(options.from, error);
  if (!found) return false;
  chosen.names = std::move(found->names);
  chosen.problems = std::move(found->problems);
  if (!found->tells_ports) return add_of_list(*found, options, chosen.endpoints, error);
  chosen.endpoints = std::move(found->open);
  return true;
}

}  // namespace

std::optional<EndpointsToAsk> endpoints_to_ask(const ScanOptions& options, std::string& error) {
  TargetList named;
  if (!read_probe_targets(options.targets, options.resolve, named, error)) return std::nullopt;
  const AddressSet hosts(std::move(named.ranges));
  EndpointsToAsk chosen;
  if (options.from_labels.empty()) {
    if (!add_of_scanner(options, chosen, error)) return std::nullopt;
  } else {
    add_of_database(options, chosen.endpoints);
  }
  std::erase_if(chosen.endpoints,
                [&](const Target& target) { return !is_wanted(target, options, hosts); });
  return chosen;
}

}  // namespace oddport
