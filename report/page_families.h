// Gathers conversations in which nothing is recognized, and tells the families
// among them.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "classify/observation.h"
#include "report/kept_exchange.h"
#include "report/page_data.h"

namespace oddport {

class PageFamilies {
 public:
  static constexpr std::size_t most = 2000;  // conversations: sorting them takes a second or two
  static constexpr std::size_t most_of_endpoint =
      64;                                       // so that one noisy endpoint leaves room for others
  static constexpr std::size_t most_told = 40;  // families

  void add(const Endpoint& server, Transport transport, KeptExchange exchange);
  // The largest first; what is like nothing else is no family.
  std::vector<PageFamily> take() const;

 private:
  struct Kept {
    Endpoint server;
    Transport transport = Transport::tcp;
    KeptExchange exchange;
  };
  PageFamily tell(const std::vector<Exchange>& exchanges, const std::vector<std::size_t>& members,
                  double likeness) const;

  std::vector<Kept> kept_;
  std::map<std::pair<Endpoint, Transport>, std::size_t> counts_;
};

}  // namespace oddport
