// The UDP ports that said nothing to a search, and which of them are worth a dialogue all the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "probe/port_state.h"
#include "probe/target.h"

namespace oddport {

// A search asks a few questions; a service that knows none of them stays silent, as a filtered port does. Where a host tells of its
// other ports that they are closed, few remain, and all that there is to ask can be asked there. Where it does not, only those remain
// whose service answers nothing that a search could send: what must come from a certain port, or tell the asker's address.
class SilentPorts {
 public:
  struct Worth {
    Target target;
    bool at_home_only = false;  // nothing but the questions of who is at home on the port
  };

  // Hosts beyond these are not remembered, so that memory and time stay bounded, and ports of one host that speak for a filter.
  static constexpr std::size_t most_hosts = 65536;
  static constexpr std::size_t most_ports = 64;
  static constexpr std::size_t most_worth = 8192;

  // `small`: a search of few hosts, where one that said nothing at all is asked as well.
  explicit SilentPorts(bool small);

  // Takes every answer, and every silence as the answer "no-response".
  void note(const PortAnswer& answer);
  // What an interrupted search had noted.
  void restore(const Target& target);

  // Those of hosts that are there, noted since the last call: what a later run of the same search needs to know.
  std::vector<Target> take_news();
  // Once the search is over: the ports to talk with, those of the most talkative hosts first.
  std::vector<Worth> worth_asking() const;

 private:
  struct Host {
    std::vector<std::uint16_t> ports;  // the first most_ports + 1 that were silent
    std::vector<std::uint16_t> special;
    std::size_t told = 0;  // of ports: handed over as news
    std::size_t told_special = 0;
    bool is_there = false;
  };

  Host* host_of(const IpAddress& ip);
  void add(Host& host, std::uint16_t port);

  bool small_;
  std::set<std::uint16_t> special_;  // ports whose service must be asked in a manner of its own
  std::map<IpAddress, Host> hosts_;
};

}  // namespace oddport
