// A question of `oddport label`, one line of JSON, read into the observation that it tells of; docs/label.md says what may stand in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "classify/observation.h"

namespace oddport {

struct QuestionFault {
  std::string what;
  std::size_t column =
      0;  // where in the line, counted in bytes from 1; 0 where it is the line as a whole
};

class QuestionReader {
 public:
  QuestionReader();
  ~QuestionReader();
  QuestionReader(const QuestionReader&) = delete;
  QuestionReader& operator=(const QuestionReader&) = delete;

  // The bytes behind the line must be readable, as many as InputLines::padding. The observation holds until the next call.
  // False where the line is no question.
  bool read(std::string_view line, Observation& seen, QuestionFault& fault);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

// "596/tcp", "513/udp". False where the text is nothing of the kind.
bool parse_port_and_transport(std::string_view text, std::uint16_t& port, Transport& transport);

}  // namespace oddport
