#include "cli/messages.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <string>

#include "classify/text_lines.h"
#include "cli/terminal.h"
#include "report/escape.h"
#include "report/json_writer.h"
#include "report/timestamp.h"

namespace oddport {

namespace {

constexpr std::string_view mark = "oddport: ";

std::string_view word_of(MessageLevel level) {
  switch (level) {
    case MessageLevel::detail:
      return "detail";
    case MessageLevel::info:
      return "info";
    default:
      return "error";
  }
}

MessageLevel level_of(std::string_view line) {
  return line.starts_with(mark) || line.starts_with("error ") ? MessageLevel::error
                                                              : MessageLevel::info;
}

// A line of a summary begins with a word in a column of its own: "read       1 file" becomes "read: 1 file".
std::string message_of(std::string_view line) {
  if (line.starts_with(mark)) return std::string(line.substr(mark.size()));
  const std::size_t word = line.find(' ');
  const std::size_t rest = line.find_first_not_of(' ', word);
  if (rest == std::string_view::npos || word == 0 || rest - word < 2) return std::string(line);
  if (line.starts_with("error ")) return std::string(line.substr(rest));
  return fmt::format("{}: {}", line.substr(0, word), line.substr(rest));
}

Time now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void append_object(std::string& out, MessageLevel level, std::string_view message) {
  std::string time;
  append_timestamp(time, now());
  JsonWriter json(out);
  json.begin_object();
  json.token("time", time);
  json.token("level", word_of(level));
  json.text("message", message);
  json.end_object();
  out += '\n';
}

}  // namespace

MessageStyle& message_style() {
  static MessageStyle style;
  return style;
}

bool may_draw_messages() {
  return message_style().format == MessageFormat::text && is_terminal(stderr);
}

void Messages::detail(std::string_view text) {
  if (message_style().verbose) tell(MessageLevel::detail, text);
}

void Messages::tell(MessageLevel level, std::string_view text) {
  flush();
  level_ = level;
  append(std::string(mark) + visible(text, terminal_charset()) + "\n");
  flush();
  level_.reset();
}

void Messages::line(std::string_view text) { append(visible(text, terminal_charset()) + "\n"); }

int Messages::put(std::string_view text) {
  if (message_style().format == MessageFormat::text) {
    stream_.append(text);
    return stream_failure();
  }
  std::string out;
  for (LineReader rest(text); !rest.at_end();) {
    const std::string_view line = rest.next().text;
    if (line.empty()) continue;
    append_object(out, level_.value_or(level_of(line)), message_of(line));
  }
  stream_.append(out);
  return stream_failure();
}

int Messages::stream_failure() {
  stream_.flush();
  return stream_.failed() ? (stream_.reader_left() ? EPIPE : EIO) : 0;
}

}  // namespace oddport
