// What to ask a UDP port in which order: the questions of the protocols at home there, then those that are worth asking anywhere.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "classify/bytes.h"

namespace oddport {

class UdpQuestions {
 public:
  UdpQuestions();

  // How many different questions a port is asked; at least 1.
  unsigned count(std::uint16_t port) const { return static_cast<unsigned>(list(port).size()); }
  // The question of the n-th probe to a port; begins again after count(). Lives for ever.
  Bytes at(std::uint16_t port, unsigned n) const;

 private:
  const std::vector<Bytes>& list(std::uint16_t port) const {
    const auto own = by_port_.find(port);
    return own == by_port_.end() ? general_ : own->second;
  }

  std::vector<Bytes> general_;
  std::map<std::uint16_t, std::vector<Bytes>> by_port_;
};

}  // namespace oddport
