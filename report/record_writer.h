// Something that turns verdicts into output, one record at a time; and the formats that there are.
#pragma once

#include <cstddef>
#include <memory>

#include "classify/observation.h"
#include "classify/verdict.h"
#include "report/escape.h"
#include "report/text_sink.h"
#include "triage/endpoint_fold.h"

namespace oddport {

class RecordWriter {
 public:
  virtual ~RecordWriter() = default;
  RecordWriter() = default;
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  // One flow, or one probed or open endpoint. Nothing of the arguments is kept by reference.
  virtual void write(const Observation& observation, const Verdict& verdict) = 0;
  // All flows of one server endpoint (`--by endpoint`).
  virtual void write(const EndpointRecord& endpoint) = 0;
  // Writes what was held back and flushes the sink, which then knows whether everything arrived.
  virtual void finish() {}
};

struct TableOptions {
  std::size_t width = 80;  // columns of the terminal; taken as 48 where less
  bool color = false;      // the caller has looked at the terminal and at NO_COLOR
  Charset charset = Charset::utf8;
  bool probed = false;  // the clients are ourselves: how sure each verdict is stands in their place
  // Each row is written as it comes, in columns of fixed width and without a limit: for what has no end in sight.
  bool rolling = false;
  std::size_t limit = 1000;  // rows kept and shown, the oddest; the others are counted
};

// The sink must outlive the writer.
std::unique_ptr<RecordWriter> make_ndjson_writer(TextSink& sink);
std::unique_ptr<RecordWriter> make_csv_writer(TextSink& sink);
std::unique_ptr<RecordWriter> make_table_writer(TextSink& sink, const TableOptions& options);

}  // namespace oddport
