// What a recognizer sees of a conversation: the first bytes of each side and who said what when; no port, no address, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "classify/bytes.h"
#include "classify/transport.h"

namespace oddport {

enum class Side : std::uint8_t { client, server };

constexpr Side other(Side side) { return side == Side::client ? Side::server : Side::client; }

// One UDP datagram, or one TCP turn: the bytes of one side until the other side spoke.
struct Message {
  Side from = Side::client;
  Bytes bytes;
  // Length on the wire; more than bytes.size() where the capture cut the datagram, or the 4 KiB kept of a side ended.
  std::size_t wire_length = 0;

  constexpr bool is_whole() const { return bytes.size() == wire_length; }
};

struct Exchange {
  Transport transport = Transport::tcp;
  // TCP: the first contiguous bytes of the stream. UDP: the first datagram. Empty where that side said nothing.
  Bytes client;
  Bytes server;
  // In order of time. UDP datagrams stay apart; TCP turns alternate between the sides.
  std::span<const Message> messages;
  // TCP: the side's stream is known to begin with its first byte (its SYN was seen). Always true for UDP.
  bool client_from_start = true;
  bool server_from_start = true;
  // Every datagram was sent by one side, or the other direction of the TCP connection was not captured.
  bool one_sided = false;

  constexpr Bytes said(Side side) const { return side == Side::client ? client : server; }
  constexpr bool is_from_start(Side side) const {
    return side == Side::client ? client_from_start : server_from_start;
  }
  constexpr bool empty() const { return client.empty() && server.empty(); }
  constexpr bool server_speaks_first() const {
    return !messages.empty() && messages.front().from == Side::server;
  }
  // The n-th message of one side, counting from 0; an empty message where there is none.
  constexpr Message nth(Side side, std::size_t n) const {
    for (const Message& message : messages)
      if (message.from == side && n-- == 0) return message;
    return {};
  }
};

}  // namespace oddport
