#include "cli/output_format.h"

#include <cstdio>

#include "cli/terminal.h"

namespace oddport {

std::unique_ptr<RecordWriter> make_writer(OutputFormat format, TextSink& standard_output,
                                          std::size_t row_limit, bool probed) {
  if (format == OutputFormat::automatic)
    format = is_terminal(stdout) ? OutputFormat::table : OutputFormat::ndjson;
  if (format == OutputFormat::ndjson) return make_ndjson_writer(standard_output);
  if (format == OutputFormat::csv) return make_csv_writer(standard_output);
  return make_table_writer(standard_output, {.width = terminal_width(stdout),
                                             .color = wants_color(stdout),
                                             .charset = terminal_charset(),
                                             .probed = probed,
                                             .limit = row_limit});
}

}  // namespace oddport
