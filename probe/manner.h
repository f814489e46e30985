// How a prober puts a recognizer's question, where it is not simply sent: to whom it may be put, and from where.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "classify/recognizer.h"

namespace oddport {

struct Manner {
  std::string_view protocol;  // the recognizer's name
  // Asks control equipment, which must only happen where the user said so: some devices fail at any question.
  bool control = false;
  // Where it is at home nothing else may be asked: a printer prints whatever it does not know.
  bool alone = false;
  // UDP: some servers answer only what comes from the protocol's own port.
  bool from_home_port = false;
  // UDP: where in the question the asker's address belongs, as a sockaddr_in of 4.3BSD (family and port of two bytes, address of
  // four, in network order), because the answer goes there. 0 where it belongs nowhere.
  std::size_t own_address_at = 0;
  // UDP: the answer comes from another port than the one that was asked.
  bool answers_elsewhere = false;
  // TCP: how long its servers may think before they speak, where that is longer than others are waited for.
  std::chrono::milliseconds thinks{0};

  // A datagram that is simply sent, from any port, cannot bring its answer back.
  constexpr bool needs_socket() const {
    return from_home_port || own_address_at != 0 || answers_elsewhere;
  }
};

// The plain manner where there is nothing to say.
const Manner& manner_of(const Recognizer& recognizer);

// What the question is over this transport; empty where there is none.
constexpr Bytes question_over(const Recognizer& recognizer, Transport transport) {
  const Question& hello = recognizer.hello;
  return transport == Transport::tcp && !hello.over_tcp.empty() ? hello.over_tcp : hello.bytes;
}

}  // namespace oddport
