#include "cli/output_format.h"

#include <unistd.h>

#include <array>
#include <cstdio>

#include "cli/terminal.h"
#include "report/ecs.h"
#include "report/eve.h"
#include "report/syslog.h"
#include "report/zeek.h"

namespace oddport {

namespace {

SyslogOptions syslog_options() {
  std::array<char, 256> host{};
  // The last byte stays, so that the name ends whatever gethostname() does with a long one.
  const bool known = ::gethostname(host.data(), host.size() - 1) == 0;
  return {.host = known ? host.data() : "",
          .process = static_cast<std::uint64_t>(::getpid()),
          .version = ODDPORT_VERSION};
}

std::unique_ptr<RecordWriter> make(OutputFormat format, TextSink& standard_output,
                                   const TableOptions& table) {
  if (format == OutputFormat::automatic)
    format = is_terminal(stdout) ? OutputFormat::table : OutputFormat::ndjson;
  if (format == OutputFormat::ndjson) return make_ndjson_writer(standard_output);
  if (format == OutputFormat::csv) return make_csv_writer(standard_output);
  if (format == OutputFormat::ecs) return make_ecs_writer(standard_output);
  if (format == OutputFormat::eve) return make_eve_writer(standard_output);
  if (format == OutputFormat::zeek) return make_zeek_writer(standard_output);
  if (format == OutputFormat::syslog) return make_syslog_writer(standard_output, syslog_options());
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

std::unique_ptr<RecordWriter> make_rolling_writer(OutputFormat format, TextSink& standard_output,
                                                  bool probed) {
  TableOptions table = table_for_standard_output();
  table.probed = probed;
  table.rolling = true;
  return make(format, standard_output, table);
}

}  // namespace oddport
