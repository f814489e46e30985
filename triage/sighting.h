// What only one side of the house knows of an endpoint, beside observation and verdict: whether it answers, and which process holds it.
#pragma once

#include <cstdint>
#include <string_view>

namespace oddport {

enum class Reachability : std::uint8_t {
  unsaid,  // captures: nobody asked
  open,
  closed,    // refused
  filtered,  // no answer
};

constexpr std::string_view to_string(Reachability reachability) {
  switch (reachability) {
    case Reachability::unsaid:
      return "unsaid";
    case Reachability::open:
      return "open";
    case Reachability::closed:
      return "closed";
    case Reachability::filtered:
      return "filtered";
  }
  return "unsaid";
}

struct Sighting {
  Reachability state = Reachability::unsaid;
  std::string_view process = {};  // the executable's name, of this machine's own sockets
};

}  // namespace oddport
