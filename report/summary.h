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

// One interface that was listened to.
struct HeardInterface {
  std::string name;
  std::uint64_t received = 0;  // packets that passed the kernel's filter
  std::uint64_t dropped = 0;   // of these, lost for want of room in the kernel's ring
  std::uint64_t dropped_by_interface = 0;
};

struct ListenSummary {
  std::vector<HeardInterface> interfaces;
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  std::uint64_t watched = 0;  // packets on watched ports
  double seconds = 0;
  SkippedPackets skipped;
  std::uint64_t evicted = 0;
  std::uint64_t kept = 0;  // packets written to files
  std::uint64_t not_kept =
      0;  // packets that should have been held for that, and were not, for want of room
  std::vector<Failure> failures;  // their offset means nothing
};

// Several lines, each with its line end. The kernel's drops are told also where there are none.
std::string listen_summary_text(const ListenSummary& heard, const Tally& found,
                                Charset charset = Charset::utf8);

// Several lines, each with its line end. Names and sentences of failures are made visible; of more
// than 20 failures the others are counted.
std::string summary_text(const ReadSummary& read, const Tally& found,
                         Charset charset = Charset::utf8);

}  // namespace oddport
