#include "probe/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "probe/neighbor.h"

namespace oddport {
namespace {

bool needs_frames(const Route& route, const Interface& interface) {
  return interface.ethernet && route.kind != Route::Kind::local;
}

std::string no_interface(const std::string& name) {
  return fmt::format("there is no interface '{}'; 'ip link' lists those of this machine", name);
}

}  // namespace

std::uint16_t Paths::way_over(const Link& link, const IpAddress& source) {
  std::size_t number = static_cast<std::size_t>(std::ranges::find(links_, link) - links_.begin());
  if (number == links_.size()) links_.push_back(link);
  for (std::size_t i = 0; i < ways_.size(); ++i)
    if (ways_[i].link == number && sources_[i] == source) return static_cast<std::uint16_t>(i);
  ways_.push_back({number, FrameTemplate(source, link.framed, link.interface.mac)});
  sources_.push_back(source);
  return static_cast<std::uint16_t>(ways_.size() - 1);
}

bool Paths::add(const RoutedRange& routed, const DiscoveryOptions& options, std::string& error) {
  const Route& route = routed.route;
  Stretch stretch{.range = routed.range, .path = {}, .neighbors = {}};
  IpAddress next_hop;
  const bool v4 = routed.range.first.is_v4();
  const auto& chosen = v4 ? options.source_v4 : options.source_v6;
  const IpAddress source = chosen.value_or(route.source);
  const auto interface = find_interface(route.interface);
  if (route.kind == Route::Kind::none || !interface || source == IpAddress{}) {
    stretch.path.kind = Path::Kind::no_route;
    if (first_objection_.empty())
      first_objection_ = fmt::format("{}: {}", to_string(routed.range),
                                     route.why.empty() ? "no source address fits" : route.why);
  } else {
    any_route_ = true;
    const Link link{*interface, needs_frames(route, *interface)};
    stretch.path.way = way_over(link, source);
    if (link.framed && route.kind == Route::Kind::gateway) next_hop = route.gateway;
    if (link.framed && route.kind == Route::Kind::on_link) {
      neighbors_ += std::min(routed.range.size(), max_neighbors + 1);
      if (neighbors_ > max_neighbors) {
        error = fmt::format(
            "more than {} of the targets are on this machine's own link, where each "
            "must be asked for its hardware address; scan fewer at a time",
            max_neighbors);
        return false;
      }
      stretch.neighbors.resize(static_cast<std::size_t>(routed.range.size()));
    }
  }
  stretches_.push_back(std::move(stretch));
  next_hops_.push_back(next_hop);
  return true;
}

// Asks, for each way, about all of its gateways and neighbors at once.
bool Paths::resolve(const DiscoveryOptions& options, const std::function<bool()>& proceed,
                    std::string& error) {
  if (options.dry_run) return true;
  for (std::size_t way = 0; way < ways_.size(); ++way) {
    std::set<IpAddress> wanted;
    const auto each = [&](const auto& visit) {
      for (std::size_t i = 0; i < stretches_.size(); ++i)
        if (stretches_[i].path.kind == Path::Kind::open && stretches_[i].path.way == way) visit(i);
    };
    each([&](std::size_t i) {
      if (next_hops_[i] != IpAddress{}) wanted.insert(next_hops_[i]);
      for (std::size_t n = 0; n < stretches_[i].neighbors.size(); ++n)
        wanted.insert(advanced(stretches_[i].range.first, n));
    });
    if (wanted.empty()) continue;
    const Neighbors found = resolve_neighbors(
        {links_[ways_[way].link].interface, sources_[way], {wanted.begin(), wanted.end()}}, proceed,
        error);
    if (!error.empty()) return false;
    each([&](std::size_t i) {
      Stretch& stretch = stretches_[i];
      if (next_hops_[i] != IpAddress{}) {
        const auto hop = found.find(next_hops_[i]);
        if (hop == found.end())
          stretch.path.kind = Path::Kind::no_neighbor;
        else
          stretch.path.next_hop = hop->second;
      }
      for (std::size_t n = 0; n < stretch.neighbors.size(); ++n)
        if (const auto host = found.find(advanced(stretch.range.first, n)); host != found.end())
          stretch.neighbors[n] = host->second;
    });
  }
  return true;
}

std::optional<Paths> Paths::find(const TargetSet& targets, const DiscoveryOptions& options,
                                 const std::function<bool()>& proceed, std::string& error) {
  int only = 0;
  if (!options.interface.empty()) {
    const auto interface = find_interface(options.interface);
    if (!interface)
      error = no_interface(options.interface);
    else if (!interface->up)
      error = fmt::format("interface {} is down; 'ip link set {} up' brings it up", interface->name,
                          interface->name);
    if (!error.empty()) return std::nullopt;
    only = interface->index;
  }
  const auto routes = find_routes(targets.hosts().ranges(), only, error);
  if (!routes) return std::nullopt;
  Paths paths;
  for (const RoutedRange& routed : *routes)
    if (!paths.add(routed, options, error)) return std::nullopt;
  if (!paths.any_route_) {
    error = fmt::format("no target can be reached: {}; see 'ip route'", paths.first_objection_);
    return std::nullopt;
  }
  if (!paths.resolve(options, proceed, error)) return std::nullopt;
  return paths;
}

Path Paths::to(const IpAddress& host) const {
  const auto stretch = std::ranges::lower_bound(
      stretches_, host, {}, [](const Stretch& each) { return each.range.last; });
  if (stretch == stretches_.end() || !stretch->range.contains(host))
    return {.kind = Path::Kind::no_route};
  if (stretch->neighbors.empty()) return stretch->path;
  const auto& mac =
      stretch->neighbors[static_cast<std::size_t>(steps_between(stretch->range.first, host))];
  Path path = stretch->path;
  if (mac)
    path.next_hop = *mac;
  else
    path.kind = Path::Kind::no_neighbor;
  return path;
}

}  // namespace oddport
