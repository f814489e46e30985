// The packets as which nDPI is shown an exchange: its first messages, long ones cut, in one place for who asks and for who decides whether to.
#pragma once

#include <array>
#include <cstddef>

#include "classify/exchange.h"

namespace oddport {

struct ShownPacket {
  Side from = Side::client;
  Bytes payload;
  Bytes before;         // the payload of the packet before this one; empty for the first
  bool turned = false;  // which the other side sent
};

class ShownPackets {
 public:
  static constexpr std::size_t most = 4;
  static constexpr std::size_t most_payload = 1400;

  explicit ShownPackets(const Exchange& exchange);

  const ShownPacket* begin() const { return packets_.data(); }
  const ShownPacket* end() const { return packets_.data() + count_; }

 private:
  void cut(const Message& message);
  void add(Side from, Bytes payload);

  std::array<ShownPacket, most> packets_{};
  std::size_t count_ = 0;
};

}  // namespace oddport
