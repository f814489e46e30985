// Records as syslog messages (RFC 5424), one a line: what a log collector and the SIEM behind it take as they are.
//
// <132>1 2026-01-31T12:00:00.000001Z sensor7 oddport 4711 unofficial [origin software="oddport" swVersion="0.1.0"] {"schema":...}
//
// The message is the record of report/ndjson.h, for only a registered enterprise may name structured data of its own (section 6.3.2). Its
// type (MSGID) is the label, its severity tells how odd that is, its time is when the flow began; "-" stands where no time is known.
// A line ends in LF, the way in which most receivers take messages over TCP (RFC 6587, section 3.4.2): a record holds none.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "classify/verdict.h"
#include "report/ndjson.h"
#include "report/record_writer.h"

namespace oddport {

struct SyslogOptions {
  // RFC 5424, section 6.2.1: 16 is "local use 0".
  static constexpr unsigned local0 = 16;

  unsigned facility = local0;  // up to 23
  std::string host;           // this machine's name; "-" in the message where it cannot stand there
  std::uint64_t process = 0;  // "-" where 0
  std::string version;        // of this program
};

// From warning (4) for what is odd to debug (7) for flows without payload.
unsigned syslog_severity(Label label);

class SyslogWriter final : public RecordWriter {
 public:
  SyslogWriter(TextSink& sink, const SyslogOptions& options);

  void write(const Observation& observation, const Verdict& verdict) override;
  void write(const EndpointRecord& endpoint) override;
  void finish() override { sink_.flush(); }

 private:
  void begin(Time time, Label label);

  TextSink& sink_;
  unsigned facility_;
  std::string from_;    // " HOSTNAME APP-NAME PROCID "
  std::string origin_;  // the structured data, with a blank on either side
  NdjsonWriter record_;
};

std::unique_ptr<RecordWriter> make_syslog_writer(TextSink& sink, const SyslogOptions& options);

}  // namespace oddport
