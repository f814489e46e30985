// A terminal made for a test, with a program in it that the test watches and types to.
#pragma once

#include <sys/types.h>
#include <termios.h>

#include <string>
#include <vector>

namespace oddport::testing {

class PseudoTerminal {
 public:
  // Runs the shell command in a window of so many columns and rows, in the network namespace of the calling thread.
  PseudoTerminal(const std::string& command, unsigned short columns, unsigned short rows);
  // Ends the program, where it has not ended.
  ~PseudoTerminal();
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  // Whether the program writes the text within half a minute, from here on.
  bool shows(const std::string& text);
  void type(const std::string& keys) const;
  // Where the shell has become the program (`exec`).
  void send(int signal) const;
  void resize(unsigned short columns, unsigned short rows) const;
  termios settings() const;
  // Reads to the end, and gives back the exit status; 128 and the signal's number where one ended it.
  int wait();

  // All that it wrote.
  const std::string& output() const { return output_; }

 private:
  bool read_some(int milliseconds);

  int terminal_ = -1;
  pid_t program_ = -1;
  std::string output_;
  std::size_t seen_ = 0;  // of the output, up to what was last found
};

}  // namespace oddport::testing
