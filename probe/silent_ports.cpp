#include "probe/silent_ports.h"

#include <algorithm>

#include "classify/recognizers.h"
#include "probe/manner.h"

namespace oddport {

namespace {

bool is_silence(const PortAnswer& answer) { return answer.cause == "no-response"; }

bool is_word_of_host(PortState state) {
  return state == PortState::open || state == PortState::closed;
}

}  // namespace

SilentPorts::SilentPorts(bool small) : small_(small) {
  for (const Recognizer* recognizer : all_recognizers()) {
    if (recognizer->hello.bytes.empty() || !manner_of(*recognizer).needs_socket()) continue;
    for (const Home& home : recognizer->homes)
      if (home.transport == Transport::udp) special_.insert(home.port);
  }
}

SilentPorts::Host* SilentPorts::host_of(const IpAddress& ip) {
  const auto found = hosts_.find(ip);
  if (found != hosts_.end()) return &found->second;
  return hosts_.size() < most_hosts ? &hosts_[ip] : nullptr;
}

void SilentPorts::add(Host& host, std::uint16_t port) {
  if (host.ports.size() <= most_ports) host.ports.push_back(port);
  if (special_.contains(port)) host.special.push_back(port);
}

void SilentPorts::note(const PortAnswer& answer) {
  const bool silent = is_silence(answer) && answer.target.transport == Transport::udp;
  if (!silent && !is_word_of_host(answer.state)) return;
  Host* host = host_of(answer.target.host);
  if (host == nullptr) return;
  if (silent)
    add(*host, answer.target.port);
  else
    host->is_there = true;
}

void SilentPorts::restore(const Target& target) {
  Host* host = host_of(target.host);
  if (host == nullptr) return;
  host->is_there = true;
  const auto known = [&](const std::vector<std::uint16_t>& ports) {
    return std::ranges::find(ports, target.port) != ports.end();
  };
  if (known(host->ports) || known(host->special)) return;
  add(*host, target.port);
  host->told = host->ports.size();
  host->told_special = host->special.size();
}

std::vector<Target> SilentPorts::take_news() {
  std::vector<Target> news;
  for (auto& [ip, host] : hosts_) {
    if (!host.is_there) continue;
    for (; host.told < host.ports.size(); ++host.told)
      news.push_back({ip, Transport::udp, host.ports[host.told]});
    for (; host.told_special < host.special.size(); ++host.told_special)
      news.push_back({ip, Transport::udp, host.special[host.told_special]});
  }
  return news;
}

std::vector<SilentPorts::Worth> SilentPorts::worth_asking() const {
  std::vector<std::pair<std::size_t, std::vector<Worth>>> by_host;
  for (const auto& [ip, host] : hosts_) {
    const bool few = host.ports.size() <= most_ports;
    if (!host.is_there && !(small_ && few)) continue;
    std::vector<Worth> worth;
    for (const std::uint16_t port : few ? host.ports : host.special)
      worth.push_back({.target = {ip, Transport::udp, port}, .at_home_only = !few});
    by_host.emplace_back(host.ports.size(), std::move(worth));
  }
  std::ranges::stable_sort(by_host, {}, [](const auto& each) { return each.first; });
  std::vector<Worth> all;
  for (const auto& [silent, worth] : by_host) {
    if (all.size() + worth.size() > most_worth) break;
    all.insert(all.end(), worth.begin(), worth.end());
  }
  return all;
}

}  // namespace oddport
