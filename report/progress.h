// The progress line of a long run on a terminal: bar, percent, speed, packets and time left; gone
// without a trace at the end.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "report/escape.h"
#include "report/text_sink.h"

namespace oddport {

struct ProgressOptions {
  bool terminal = false;  // whether the sink is one; else nothing is ever drawn
  std::size_t width = 80;
  Charset charset = Charset::utf8;
};

// Knows no clock: the caller passes the time, so that a test can. Cheap enough to be called for
// every batch of packets.
class Progress {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // The first line is drawn one second after `start`: short runs stay quiet.
  Progress(TextSink& sink, const ProgressOptions& options, Moment start);

  // Draws at most ten times a second. `size` is 0 where the total is unknown.
  void update(std::uint64_t position, std::uint64_t size, std::uint64_t packets, Moment now);
  // Takes the line off the terminal, before other output to it and at the end.
  void erase();

 private:
  std::string line(std::uint64_t position, std::uint64_t size, std::uint64_t packets,
                   double seconds) const;
  std::string bar(double fraction) const;

  TextSink& sink_;
  ProgressOptions options_;
  Moment start_;
  Moment next_draw_;
  bool drawn_ = false;
};

}  // namespace oddport
