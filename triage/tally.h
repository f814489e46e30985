// Counts of what was found, by label, by port and by protocol: what a summary is made of.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "classify/observation.h"
#include "classify/verdict.h"

namespace oddport {

// All labels, the oddest first; silent, which is none, last.
inline constexpr std::array<Label, 5> labels_odd_first = {
    Label::unknown, Label::unofficial, Label::legacy, Label::expected, Label::silent};

struct Volume {
  std::uint64_t flows = 0;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;  // application bytes of both sides

  friend bool operator==(const Volume&, const Volume&) = default;
};

using VolumeByLabel = std::array<Volume, labels_odd_first.size()>;

struct PortKey {
  std::uint16_t port = 0;
  Transport transport = Transport::tcp;

  friend bool operator==(const PortKey&, const PortKey&) = default;
};

struct PortKeyHash {
  std::size_t operator()(const PortKey& key) const {
    return std::size_t{key.port} * 2 + static_cast<std::size_t>(key.transport);
  }
};

struct ProtocolVolume {
  std::string protocol;
  Volume volume;
};

// Bounded by the number of ports and of protocol names, whatever the number of flows.
class Tally {
 public:
  using ByPort = std::unordered_map<PortKey, VolumeByLabel, PortKeyHash>;

  void add(const Observation& observation, const Verdict& verdict);
  // What was summed up elsewhere; the protocol is empty where there is none.
  void add(PortKey port, Label label, std::string_view protocol, const Volume& volume);

  const Volume& of(Label label) const { return by_label_.at(static_cast<std::size_t>(label)); }
  // Of the labelled flows; the silent ones are not among them.
  Volume labelled() const;
  // Of the watched port that each verdict speaks of; a zero volume where nothing was seen there.
  Volume of(PortKey port, Label label) const;
  const ByPort& ports() const { return by_port_; }
  // The named protocols with the most flows, at most `limit`; of equal ones in alphabetical order.
  std::vector<ProtocolVolume> top_protocols(std::size_t limit) const;
  std::size_t protocols() const { return by_protocol_.size(); }

 private:
  VolumeByLabel by_label_{};
  ByPort by_port_;
  std::map<std::string, Volume, std::less<>> by_protocol_;
};

}  // namespace oddport
