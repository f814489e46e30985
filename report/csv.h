// Records as CSV (RFC 4180): a header line, then one line a record, with the columns of
// csv_columns().
//
// Cells never hold a line end: what is not visible is escaped (report/escape.h). A spreadsheet
// takes a cell that begins with = + - or @ for a formula and may run it; since banners and file
// names come from strangers, such a cell of text is written with an apostrophe in front. Who needs
// the bytes as they were reads NDJSON instead.
#pragma once

#include <span>
#include <string_view>

#include "report/community_id.h"
#include "report/record_writer.h"

namespace oddport {

std::span<const std::string_view> csv_columns();

class CsvWriter final : public RecordWriter {
 public:
  // Writes the header line at once: output without a record still tells what it would have held.
  explicit CsvWriter(TextSink& sink);

  void write(const Observation& observation, const Verdict& verdict) override;
  void write(const EndpointRecord& endpoint) override;
  void finish() override { sink_.flush(); }

 private:
  TextSink& sink_;
  CommunityId community_id_;
};

}  // namespace oddport
