// Which of our ports a probe leaves from: it tells the attempts apart and, over UDP, holds part of the cookie.
//
// A new port for each attempt makes each a new connection for the target, so that a half-open one left by a lost answer does
// not swallow the next. The block lies above the ephemeral ports that Linux gives away by default (32768-60999).
#pragma once

#include <cstdint>
#include <optional>

#include "probe/cookie.h"
#include "probe/target.h"

namespace oddport {

class SourcePorts {
 public:
  // Attempts beyond come round again.
  static constexpr unsigned tcp_attempts = 15;
  static constexpr unsigned udp_attempts = 4;
  // Stands for the repeated probe to what has answered already, by which loss is measured (TCP only).
  static constexpr unsigned echo = tcp_attempts;

  // `fixed`: all probes leave from this port, and attempts cannot be told apart; 0: from the block.
  SourcePorts(const CookieKey& key, std::uint16_t fixed)
      : key_(key),
        fixed_(fixed),
        tcp_base_(static_cast<std::uint16_t>(first_tcp + (key[0] >> 32) % tcp_groups * 16)) {}

  std::uint16_t of(const Target& target, unsigned attempt) const {
    if (fixed_ != 0) return fixed_;
    if (target.transport == Transport::tcp) {
      const unsigned slot = attempt == echo ? echo : attempt % tcp_attempts;
      return static_cast<std::uint16_t>(tcp_base_ + slot);
    }
    const auto part = static_cast<unsigned>(cookie_of(key_, target, 0) & 0x3ff);
    return static_cast<std::uint16_t>(first_udp + part * udp_attempts + attempt % udp_attempts);
  }
  // The attempt (modulo those told apart) that left from this port; nothing where none to this target did.
  std::optional<unsigned> attempt_of(const Target& target, std::uint16_t source_port) const {
    if (fixed_ != 0) return source_port == fixed_ ? std::optional(0u) : std::nullopt;
    const unsigned slots = target.transport == Transport::tcp ? tcp_attempts + 1 : udp_attempts;
    const unsigned offset = source_port - of(target, 0);
    return offset < slots ? std::optional(offset) : std::nullopt;
  }
  bool tells_attempts_apart() const { return fixed_ == 0; }

  // All that any probe may leave from, for the filter of what comes back.
  std::uint16_t lowest() const { return fixed_ != 0 ? fixed_ : tcp_base_; }
  std::uint16_t highest() const { return fixed_ != 0 ? fixed_ : last_udp; }

 private:
  static constexpr unsigned first_tcp = 61184;
  static constexpr unsigned tcp_groups = 16;  // so that scans at the same time seldom meet
  static constexpr unsigned first_udp = 61440;
  static constexpr std::uint16_t last_udp = 65535;

  CookieKey key_;
  std::uint16_t fixed_;
  std::uint16_t tcp_base_;
};

}  // namespace oddport
