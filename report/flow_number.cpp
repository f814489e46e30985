#include "report/flow_number.h"

namespace oddport {

namespace {

// The finalizer of SplitMix64: each bit of the result depends on every bit before.
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9U;
  value = (value ^ value >> 27) * 0x94d049bb133111ebU;
  return value ^ value >> 31;
}

}  // namespace

std::uint64_t flow_number(const Observation& observation) {
  std::uint64_t number = observation.transport == Transport::tcp ? 6 : 17;
  for (const Endpoint& end : {observation.client, observation.server})
    for (const std::uint64_t part : {end.ip.high(), end.ip.low(), std::uint64_t{end.port}})
      number = mixed(number + 0x9e3779b97f4a7c15U + part);
  number = mixed(number + static_cast<std::uint64_t>(observation.first));
  return number >> 11;
}

}  // namespace oddport
