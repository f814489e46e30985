// The few lines that end a run: what was read and how fast, what was found, what was skipped and
// what could not be read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/escape.h"
#include "triage/tally.h"

namespace oddport {

// Something that could not be read or sent.
struct Failure {
  std::string where;         // file name or interface
  std::uint64_t offset = 0;  // byte offset in the (decompressed) file
  std::string what;          // one sentence
};

// Packets that gave no TCP or UDP segment, by what the decoder made of them.
struct SkippedPackets {
  std::uint64_t other = 0;
  std::uint64_t malformed = 0;
  std::uint64_t cut = 0;
  std::uint64_t unknown_link = 0;
  std::uint64_t fragments = 0;
};

struct ReadSummary {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  double seconds = 0;  // of the wall clock; no rates are told where it is 0
  SkippedPackets skipped;
  std::uint64_t evicted = 0;   // flows handed out early because the flow table was full
  std::uint64_t unfolded = 0;  // flows that `--by endpoint` had no room to fold
  bool interrupted = false;
  std::vector<Failure> failures;
};

// Several lines, each with its line end. Names and sentences of failures are made visible; of more
// than 20 failures the others are counted.
std::string summary_text(const ReadSummary& read, const Tally& found,
                         Charset charset = Charset::utf8);

}  // namespace oddport
