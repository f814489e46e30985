// What `--watch` shows: the oddest findings so far, how the work goes on, and what there is to say, drawn over and over on the whole terminal.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cli/messages.h"
#include "cli/screen.h"
#include "report/record_writer.h"
#include "triage/endpoint_fold.h"

namespace oddport {

// Records come from any thread; all else is called by one. In the end the findings stand on standard output as a table, below what stood there
// before.
class LiveView final : public RecordWriter {
 public:
  // `sink` is standard output, a terminal; `probed` see TableOptions.
  LiveView(TextSink& sink, bool probed, std::size_t row_limit);

  void write(const Observation& observation, const Verdict& verdict) override;
  void write(const EndpointRecord&) override {}  // folds itself
  // Gives the terminal back, and writes the table.
  void finish() override;

  // Draws a page, and looks for keys. `heading` says how the work goes on, line by line.
  void update(const std::vector<std::string>& heading);
  // Whether it is time to.
  bool is_due() const { return screen_ != nullptr && Clock::now() >= next_; }
  // The user has pressed q.
  bool is_left() const { return left_; }
  // A message, which a page would wipe out; false once there are no more pages.
  bool say(MessageLevel level, const std::string& text);
  // All messages, where they stay.
  void tell_again(Messages& messages) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Said {
    MessageLevel level;
    std::string text;
  };
  std::string table(std::size_t width, std::size_t rows);

  TextSink& sink_;
  bool probed_;
  std::size_t row_limit_;
  std::mutex mutex_;
  EndpointFold fold_;
  std::unique_ptr<Screen> screen_ = std::make_unique<Screen>();
  Clock::time_point next_ = Clock::now();
  bool left_ = false;
  std::vector<Said> said_;
};

}  // namespace oddport
