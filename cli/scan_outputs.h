// Where a scan's findings go: records to standard output, and the files that the user asked for.
#pragma once

#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/live_view.h"
#include "cli/scan_command.h"
#include "report/record_writer.h"
#include "report/scanned_host.h"

namespace oddport {

// A file that is open for writing, or standard output where it is named "-".
class OutputFile {
 public:
  // On error returns nothing and says in `error` what is wrong.
  static std::unique_ptr<OutputFile> open(const std::string& path, std::string& error);

  std::FILE* stream() { return stream_; }
  TextSink& sink() { return sink_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  OutputFile(std::unique_ptr<std::FILE, Close> file, const std::string& path);

  std::unique_ptr<std::FILE, Close> file_;  // null of standard output, which is not ours to close
  std::FILE* stream_;
  FileSink sink_;
};

class ScanOutputs {
 public:
  // All files are opened at once, so that nothing is sent whose answer could not be written, and no right is needed later. On error
  // returns nothing and says in `error` what is wrong.
  static std::unique_ptr<ScanOutputs> open(const ScanOptions& options, std::string& error);

  void write(const Observation& observation, const Verdict& verdict);
  // Hands on what was written, so that a reader sees findings while the scan runs.
  void flush();
  // A text below the records, where they go to standard output.
  void add_below(std::string text) { below_ = std::move(text); }
  // Writes the formats that are told by host, and ends all.
  void finish(const ScanPlan& plan, std::span<const ScannedHost> hosts, const ScanEnd& end);

  // Where --watch has the terminal; else null.
  LiveView* view() { return view_; }
  bool wants_hosts() const { return xml_ != nullptr || grep_ != nullptr; }
  // Nobody reads the records any more, as where `head` has seen enough.
  bool reader_left() const { return output_.reader_left(); }
  // What could not be written, one sentence each.
  std::vector<std::string> failures() const;

 private:
  explicit ScanOutputs(const ScanOptions& options);

  std::string below_;             // the records of standard output
  bool stdout_is_taken_ = false;  // by one of the files
  FileSink output_{stdout, "standard output"};
  std::unique_ptr<RecordWriter> records_;  // null where standard output is taken
  LiveView* view_ = nullptr;               // these, where they are one
  std::unique_ptr<OutputFile> ndjson_file_;
  std::unique_ptr<RecordWriter> ndjson_;
  std::unique_ptr<OutputFile> xml_;
  std::unique_ptr<OutputFile> grep_;
};

}  // namespace oddport
