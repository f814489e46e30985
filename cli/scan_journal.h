// The resume file of a scan: a journal of JSON lines that grows as the scan goes on, and from which it can go on later.
//
// docs/scanning.md describes its lines. Each batch is one write() at the file's end: a process that is killed loses what it had not
// written yet, one second at most, and a last line that is cut is not counted.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "classify/observation.h"
#include "classify/verdict.h"
#include "probe/address_range.h"
#include "probe/file_descriptor.h"
#include "probe/target.h"
#include "report/record_reader.h"
#include "report/scan_summary.h"

namespace oddport {

// What a scan was asked to do.
struct JournalHead {
  static constexpr std::uint64_t version = 1;

  std::vector<std::string> arguments;  // behind the word `scan`
  std::vector<AddressRange> hosts;     // as resolved and read, less what was excluded
  std::uint64_t seed = 0;
  Time started = 0;
};

// How far the search is, over all runs of the scan so far.
struct JournalPosition {
  std::uint64_t position = 0;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  double seconds = 0;
  // What was told of ports that are not open; of the others the lines tell.
  PortCounts tcp;
  PortCounts udp;
};

// A port that answered; over UDP with what was asked and answered.
struct OpenPort {
  Target target;
  Time answered = 0;
  std::string question;
  std::string reply;
};

// What a journal tells of a scan that did not end.
struct InterruptedScan {
  JournalHead head;
  JournalPosition position;
  std::vector<OpenPort> unnamed;  // found, and their dialogues not over
  std::vector<Target> named;      // those whose dialogues are over, whatever came of them
  std::vector<Target> silent;  // said nothing to the search, and are to be talked with in the end
  std::vector<Target> unanswered;  // those of them that said nothing then either
  std::vector<Record> records;     // of these, what there was to tell
  RecordReader reader;             // backs the records
  std::uint64_t sound_bytes = 0;   // what lies behind is a line that was cut

  // On error returns false and says in `error` what is wrong and where.
  bool read(const std::string& path, std::string& error);
  // Likewise; `name` stands in errors.
  bool read(std::istream& in, const std::string& name, std::string& error);
};

class ScanJournal {
 public:
  // Makes the file, which must not be there yet.
  static std::optional<ScanJournal> create(const std::string& path, const JournalHead& head,
                                           std::string& error);
  // Goes on with a file that was read.
  static std::optional<ScanJournal> append(const std::string& path, const InterruptedScan& scan,
                                           std::string& error);

  void found_open(const OpenPort& port);
  void named(const Observation& observation, const Verdict& verdict);
  void nothing_there(const Target& target);
  void stayed_silent(const Target& target);
  void unanswered(const Target& target);
  void checkpoint(const JournalPosition& position);

  // Writes what was noted since the last time. On error, now or before, returns false.
  bool write(std::string& error);
  // The scan is complete: the file goes. On error returns false.
  bool remove(std::string& error);
  const std::string& path() const { return path_; }

 private:
  ScanJournal(std::string path, FileDescriptor file);
  void tell_state(std::string_view state, const Target& target);

  std::string path_;
  FileDescriptor file_;
  std::string pending_;
  int errno_ = 0;
};

// The arguments without --resume and its file.
std::vector<std::string> without_resume(const std::vector<std::string>& arguments);

}  // namespace oddport
