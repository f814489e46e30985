#include "cli/toml_guard.h"

#include <algorithm>
#include <cstdint>

namespace oddport {

namespace {

constexpr std::size_t most_dots = 256;  // of one line, outside quotes and comments

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool ends_value(char c) { return is_blank(c) || c == ',' || c == ']' || c == '}'; }
bool begins_number(char c) { return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'; }

// Follows quotes and comments as the grammar of TOML has them. Where the text is no TOML it may lose the thread, but not before
// the place at which the parser gives up.
class Guard {
 public:
  explicit Guard(std::string_view text) : text_(text) {
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  }

  std::optional<TomlDanger> run() {
    while (!text_.empty() && what_.empty()) step();
    return what_.empty() ? std::nullopt : std::optional(TomlDanger{line_, what_});
  }

 private:
  void take(std::size_t n) {
    n = std::min(n, text_.size());
    for (const char c : text_.substr(0, n)) {
      if (c != '\n') continue;
      ++line_;
      dots_ = 0;
    }
    text_.remove_prefix(n);
  }

  void step() {
    const char c = text_.front();
    if (c == '"' || c == '\'') return string(c);
    if (c == '#') return take(std::min(text_.find('\n'), text_.size()));
    follow_word(c);
    // A table lies inside a table for every dot of a key, and they are freed by recursion.
    if (c == '.' && ++dots_ > most_dots) what_ = "a line has more than 256 dots";
    // What asks whether such a character is a blank has holes in its tables.
    if (!is_ascii(c)) what_ = "a character that is not ASCII stands outside quotes";
    if (what_.empty()) take(1);
  }

  // What begins like a number is looked through to its end, quotes included, before it is read.
  void follow_word(char c) {
    if (ends_value(c)) {
      in_word_ = in_number_ = false;
    } else if (!in_number_) {
      in_number_ = !in_word_ && begins_number(c);
      in_word_ = c != '=' && c != '[';
    }
  }

  void string(char quote) {
    const std::size_t run = std::min(text_.find_first_not_of(quote), text_.size());
    const bool many_lines = run >= 3;
    if (run == 2) return take(2);
    take(many_lines ? 3 : 1);
    while (!text_.empty() && what_.empty()) {
      if (in_number_ && !is_ascii(text_.front())) {
        what_ = "a character that is not ASCII stands in quotes right behind a number";
      } else if (text_.front() == quote) {
        const std::size_t closing = std::min(text_.find_first_not_of(quote), text_.size());
        take(many_lines ? std::min<std::size_t>(closing, 5) : 1);
        if (!many_lines || closing >= 3) return;
      } else if (text_.front() == '\\' && quote == '"') {
        escape(many_lines);
      } else if (text_.front() == '\n' && !many_lines) {
        return;
      } else {
        take(1);
      }
    }
  }

  // Behind a backslash that ends a line the same tables are asked.
  void escape(bool many_lines) {
    const bool odd = text_.size() > 1 && (is_blank(text_[1]) || !is_ascii(text_[1]));
    if (odd && many_lines)
      what_ = "a backslash stands at the end of a line, or before what it cannot escape";
    else
      take(text_.size() > 1 && text_[1] == '\n' ? 1 : 2);
  }

  std::string_view text_;
  std::size_t line_ = 1;
  std::size_t dots_ = 0;
  bool in_word_ = false;
  bool in_number_ = false;
  std::string_view what_;
};

}  // namespace

std::optional<TomlDanger> find_danger(std::string_view text) { return Guard(text).run(); }

}  // namespace oddport
