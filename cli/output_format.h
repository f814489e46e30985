// The formats of records, and the one that suits standard output.
#pragma once

#include <cstdint>
#include <memory>

#include "report/record_writer.h"

namespace oddport {

enum class OutputFormat : std::uint8_t { automatic, table, ndjson, csv, ecs, eve, syslog, zeek };

// What --format says of itself in the help of commands.
inline constexpr const char* format_help =
    "table, ndjson, csv, ecs, eve (Suricata's), syslog or zeek (default: a table on a terminal, "
    "NDJSON elsewhere)";

// `automatic` is a table on a terminal and NDJSON elsewhere. `row_limit` bounds the table; `probed` see TableOptions.
std::unique_ptr<RecordWriter> make_writer(OutputFormat format, TextSink& standard_output,
                                          std::size_t row_limit, bool probed = false);

// For records that come without an end in sight: a table then rolls.
std::unique_ptr<RecordWriter> make_rolling_writer(OutputFormat format, TextSink& standard_output,
                                                  bool probed = false);

}  // namespace oddport
