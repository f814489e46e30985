// The whole terminal, taken for pages that are drawn over each other, and given back as it was.
#pragma once

#include <termios.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace oddport {

class Screen {
 public:
  struct Size {
    std::size_t columns = 80;
    std::size_t rows = 24;
    friend bool operator==(const Size&, const Size&) = default;
  };

  // Standard output must be a terminal. Its other contents wait behind the pages; keys come without a line end, where standard input is
  // a terminal as well; Ctrl-C still interrupts, and a second one ends the program with the terminal as it was. One at a time.
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // As it is now: windows change.
  static Size size();
  // Lines with their line ends; what stood there before goes.
  void draw(std::string_view lines);
  // The keys that were pressed since the last call.
  std::string keys() const;

 private:
  void leave() const;
  void put(std::string_view text) const;

  bool has_keys_ = false;
  termios before_{};
  Size drawn_{.columns = 0, .rows = 0};
};

}  // namespace oddport
