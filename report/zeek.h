// Records as a log of Zeek's: a table of tabs under lines that begin with #, as its ASCII writer documents.
// https://docs.zeek.org/en/master/log-formats.html
//
// The columns before the first `oddport.` are those of conn.log and have its types, so that what joins, cuts or loads Zeek's logs takes this one as
// well; zeek-cut knows it by its header. Text is escaped as Zeek does where it is told to write ASCII only: \xNN for whatever is not printable.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "report/community_id.h"
#include "report/record_writer.h"

namespace oddport {

// A value as a cell of such a table; empty text is a field that is not set.
std::string zeek_cell(std::string_view text);

class ZeekWriter final : public RecordWriter {
 public:
  explicit ZeekWriter(TextSink& sink) : sink_(sink) {}

  void write(const Observation& observation, const Verdict& verdict) override;
  void write(const EndpointRecord& endpoint) override;
  // Ends the log, which has its header even where there was no record.
  void finish() override;

 private:
  void write_header(Time opened);
  void write_row(const Observation& observation, const Verdict& verdict,
                 const EndpointRecord* endpoint);

  TextSink& sink_;
  CommunityId community_id_;
  bool has_header_ = false;
  Time latest_ = 0;
};

std::unique_ptr<RecordWriter> make_zeek_writer(TextSink& sink);

}  // namespace oddport
