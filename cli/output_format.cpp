#include "cli/output_format.h"

#include <cstdio>

#include "cli/terminal.h"

namespace oddport {

namespace {

std::unique_ptr<RecordWriter> make(OutputFormat format, TextSink& standard_output,
                                   const TableOptions& table) {
  if (format == OutputFormat::automatic)
    format = is_terminal(stdout) ? OutputFormat::table : OutputFormat::ndjson;
  if (format == OutputFormat::ndjson) return make_ndjson_writer(standard_output);
  if (format == OutputFormat::csv) return make_csv_writer(standard_output);
  return make_table_writer(standard_output, table);
}

TableOptions table_for_standard_output() {
  return {
      .width = terminal_width(stdout), .color = wants_color(stdout), .charset = terminal_charset()};
}

}  // namespace

std::unique_ptr<RecordWriter> make_writer(OutputFormat format, TextSink& standard_output,
                                          std::size_t row_limit, bool probed) {
  TableOptions table = table_for_standard_output();
  table.limit = row_limit;
  table.probed = probed;
  return make(format, standard_output, table);
}

std::unique_ptr<RecordWriter> make_rolling_writer(OutputFormat format, TextSink& standard_output) {
  TableOptions table = table_for_standard_output();
  table.rolling = true;
  return make(format, standard_output, table);
}

}  // namespace oddport
