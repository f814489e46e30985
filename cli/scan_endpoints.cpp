#include "cli/scan_endpoints.h"

#include <utility>

#include "probe/address_set.h"
#include "store/endpoint_reader.h"
#include "store/store.h"

namespace oddport {

namespace {

bool is_wanted(const EndpointKey& key, const ScanOptions& options, const AddressSet& hosts) {
  const bool tcp = key.transport == Transport::tcp;
  if (tcp ? !options.over_tcp : !options.over_udp) return false;
  const PortSet& ports = tcp ? options.ports.tcp : options.ports.udp;
  if (options.ports_given && !ports.contains(key.server.port)) return false;
  if (!hosts.empty() && !hosts.contains(key.server.ip)) return false;
  return key.server.port != 0 && objection_to({key.server.ip, key.server.ip}).empty();
}

}  // namespace

std::optional<std::vector<Target>> endpoints_to_ask(const ScanOptions& options,
                                                    std::string& error) {
  TargetList named;
  if (!read_probe_targets(options.targets, options.resolve, named, error)) return std::nullopt;
  const AddressSet hosts(std::move(named.ranges));
  Store store(options.from, Store::Missing::is_an_error);
  std::vector<Target> endpoints;
  for (const EndpointKey& key : endpoints_labelled(store, options.from_labels))
    if (is_wanted(key, options, hosts))
      endpoints.push_back(
          {.host = key.server.ip, .transport = key.transport, .port = key.server.port});
  return endpoints;
}

}  // namespace oddport
