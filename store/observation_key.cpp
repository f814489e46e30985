#include "store/observation_key.h"

#include <algorithm>

namespace oddport {

namespace {

// FNV-1a, 64 bits: nobody gains by choosing addresses that collide, since the nanosecond has to agree as well.
class KeyHash {
 public:
  void add(std::uint64_t word) {
    for (int byte = 0; byte < 8; ++byte) {
      value_ ^= word >> (8 * byte) & 0xff;
      value_ *= 0x100000001b3;
    }
  }
  void add(const Endpoint& end) {
    add(end.ip.high());
    add(end.ip.low());
    add(std::uint64_t{end.port} << 1 | (end.ip.is_v4() ? 1u : 0u));
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

void append_big_endian(std::string& octets, std::uint64_t value, int bytes) {
  for (int byte = bytes - 1; byte >= 0; --byte)
    octets.push_back(static_cast<char>(value >> (8 * byte) & 0xff));
}

std::uint64_t big_endian(std::string_view octets) {
  std::uint64_t value = 0;
  for (const char octet : octets) value = value << 8 | static_cast<unsigned char>(octet);
  return value;
}

}  // namespace

std::uint64_t key_of(const Observation& observation) {
  KeyHash hash;
  hash.add(static_cast<std::uint64_t>(observation.source) << 8 |
           static_cast<std::uint64_t>(observation.transport));
  hash.add(std::min(observation.client, observation.server));
  hash.add(std::max(observation.client, observation.server));
  return hash.value();
}

Time kept_first(const Observation& observation) {
  constexpr Time microsecond = 1000;
  if (observation.source != Source::probe) return observation.first;
  const Time beyond = observation.first % microsecond;
  return observation.first - (beyond < 0 ? beyond + microsecond : beyond);  // towards the past
}

std::string octets_of(const IpAddress& address) {
  std::string octets;
  if (address.is_v4()) {
    append_big_endian(octets, address.v4_value(), 4);
  } else {
    append_big_endian(octets, address.high(), 8);
    append_big_endian(octets, address.low(), 8);
  }
  return octets;
}

IpAddress address_of(const std::string& octets) {
  const std::string_view view = octets;
  if (view.size() == 4) return IpAddress::v4(static_cast<std::uint32_t>(big_endian(view)));
  if (view.size() != 16) return {};
  return IpAddress::v6(big_endian(view.substr(0, 8)), big_endian(view.substr(8)));
}

}  // namespace oddport
