// What commands say of their own doing, on standard error: text for people, or one JSON object a line for programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "report/text_sink.h"

namespace oddport {

enum class MessageFormat : std::uint8_t { text, json };

// Of the whole program: set while the command line is read, before anything is said.
struct MessageStyle {
  MessageFormat format = MessageFormat::text;
  bool verbose = false;
};
MessageStyle& message_style();

// Whether progress and the like may be drawn on standard error: on a terminal, for people.
bool may_draw_messages();

enum class MessageLevel : std::uint8_t { detail, info, error };

// Whole lines are to be appended at a time, as a summary has them: "error" in front marks one of its lines as such, and "oddport: " a line
// that was told before.
class Messages final : public TextSink {
 public:
  // All take a line without its end and without "oddport: ", and bytes that are not fit for a terminal too.
  void problem(std::string_view text) { tell(MessageLevel::error, text); }
  void notice(std::string_view text) { tell(MessageLevel::info, text); }
  // For --verbose alone.
  void detail(std::string_view text);
  void tell(MessageLevel level, std::string_view text);
  // As it stands, for a summary that is flushed when it is whole.
  void line(std::string_view text);

 protected:
  int put(std::string_view text) override;
  int put_through() override { return stream_failure(); }
  std::string_view name() const override { return "standard error"; }

 private:
  int stream_failure();

  FileSink stream_{stderr, "standard error"};
  std::optional<MessageLevel> level_;  // of what is told just now
};

}  // namespace oddport
