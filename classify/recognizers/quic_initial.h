// The first packets of QUIC, sealed with keys that follow from what they show: RFC 9001, section
// 5.2; RFC 9369, section 3.3 (version 2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "classify/bytes.h"

namespace oddport::recognizers {

struct QuicKeys {
  std::array<char, 16> key{};
  std::array<char, 12> iv{};
  std::array<char, 16> header{};
};

// Whether Initial packets of the version can be opened here: 1, 2, the drafts from 23 on, and
// Facebook's.
bool can_open_quic(std::uint32_t version);

// The keys of the client's Initial packets, from the connection id that its first one was sent to.
QuicKeys derive_quic_client_keys(std::uint32_t version, Bytes connection_id);

// Opens a packet: from its first byte to its end, the packet number beginning at `number_at`.
// Returns the frames, which lie in `room`; none where the keys are not its own.
Bytes open_quic_packet(const QuicKeys& keys, Bytes packet, std::size_t number_at,
                       std::span<char> room);

}  // namespace oddport::recognizers
