// One page of a live view: how the work goes on, the findings as far as there is room, the last message, and how to leave.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/escape.h"
#include "triage/tally.h"

namespace oddport {

struct LivePage {
  std::vector<std::string> heading;  // visible text
  std::string findings;              // a table of that width, line by line; may have colours
  std::string message;               // empty where there is none
  std::size_t columns = 80;
  std::size_t rows = 24;
  Charset charset = Charset::utf8;
};

// At most `rows` lines with their line ends, none wider than `columns`.
std::string live_page(const LivePage& page);

// "flows      12: 2 unknown, 6 unofficial, 4 expected", of what is labelled.
std::string labels_line(std::string_view what, const Tally& tally);

}  // namespace oddport
