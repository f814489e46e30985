// Which questions a prober asks a port, best first: those of the protocols at home there, then the general ones.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "classify/recognizer.h"

namespace oddport {

struct QuestionOptions {
  // Also ask what control equipment understands (Modbus, EtherNet/IP, BACnet, ...): read-only, but some devices fail at it.
  bool control = false;
};

class QuestionBook {
 public:
  explicit QuestionBook(const QuestionOptions& options);

  // The recognizers whose question to ask, in this order; none asks the same bytes as one before it.
  std::vector<const Recognizer*> questions(std::uint16_t port, Transport transport) const;
  // The same for what runs inside TLS on the port.
  std::vector<const Recognizer*> questions_inside_tls(std::uint16_t port) const;

  // Moves those forward, in their order, whose protocol has its servers begin like this answer: after one that nothing
  // recognized, they are the ones that might.
  static void prefer_openings(std::span<const Recognizer*> questions, Transport transport,
                              Bytes answer);

 private:
  std::vector<const Recognizer*> arrange(std::uint16_t port, Transport transport,
                                         bool in_tls) const;

  // All that may be asked, by transport, in the order of how much they tell.
  std::array<std::vector<const Recognizer*>, 2> general_;
};

}  // namespace oddport
