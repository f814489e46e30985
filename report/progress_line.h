// The one line of a terminal on which a long run shows how far it is: drawn over and over, gone without a trace at the end.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "report/escape.h"
#include "report/text_sink.h"

namespace oddport {

struct ProgressOptions {
  bool terminal = false;  // whether the sink is one; else nothing is ever drawn
  std::size_t width = 80;
  Charset charset = Charset::utf8;
};

// Knows no clock: the caller passes the time, so that a test can.
class ProgressLine {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // The first line is drawn one second after `start`: short runs stay quiet.
  ProgressLine(TextSink& sink, const ProgressOptions& options, Moment start);

  // Whether it is time to draw: at most ten times a second.
  bool is_due(Moment now) const { return options_.terminal && now >= next_draw_; }
  // As many of the items as fit, the first ones being the most important.
  void draw(const std::vector<std::string>& items, Moment now);
  // Takes the line off the terminal, before other output to it and at the end.
  void erase();

  // "━━━━╌╌╌╌  25%": of a fraction from 0 to 1.
  std::string bar(double fraction) const;
  double seconds(Moment now) const { return std::chrono::duration<double>(now - start_).count(); }

 private:
  TextSink& sink_;
  ProgressOptions options_;
  Moment start_;
  Moment next_draw_;
  bool drawn_ = false;
};

// "6 s left", "2 min 5 s left".
std::string time_left(double seconds);

}  // namespace oddport
