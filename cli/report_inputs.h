// Reads the inputs of a report, whatever they hold, into a collector.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "capture/packet_source.h"
#include "classify/classifier.h"
#include "classify/port_set.h"
#include "cli/rules_toml.h"
#include "report/page_collector.h"
#include "report/record_reader.h"

namespace oddport {

class ReportInputs {
 public:
  // The rules must outlive the reader. Captures alone are classified, and
  // watched on these ports.
  ReportInputs(const PortSet& watched, const Rules& rules, bool ndpi);

  // Captures (files, folders, patterns), records as NDJSON, and "-", which is
  // either.
  void read(const std::vector<std::string>& inputs, PageCollector& collector);

  // What could not be read, one sentence each.
  const std::vector<std::string>& problems() const { return problems_; }
  bool interrupted() const { return interrupted_; }

 private:
  void read_database(const std::string& path, PageCollector& collector);
  void read_captures(const std::vector<std::string>& paths, PageCollector& collector);
  void read_records(const std::string& path, PageCollector& collector);
  void take_line(const std::string& name, std::string_view line, std::uint64_t number,
                 PageCollector& collector);
  void note(const ReadError& error);

  PortSet watched_;
  Classifier classifier_;
  const std::atomic<bool>& interrupted_;
  RecordReader records_;
  std::vector<std::string> problems_;
  std::size_t bad_lines_ = 0;  // of the file that is being read
};

}  // namespace oddport
