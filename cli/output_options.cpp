#include "cli/output_options.h"

#include <map>

#include "cli/messages.h"
#include "cli/option_words.h"

namespace oddport {

namespace {

constexpr const char* group_of_messages = "Messages";

}  // namespace

void add_format_option(CLI::App& command, OutputFormat& format) {
  add_choice(command, "--format", format, format_words(), format_help)
      ->type_name("FORMAT")
      ->group(group_of_output);
}

void add_watch_option(CLI::App& command, bool& watch) {
  command.add_flag("--watch", watch, "A page of the oddest so far, drawn over and over; q ends")
      ->excludes("--format")
      ->group(group_of_output);
}

void add_page_format_option(CLI::App& command, OutputFormat& format) {
  static const std::map<std::string, OutputFormat> words = {{"table", OutputFormat::table},
                                                            {"ndjson", OutputFormat::ndjson}};
  add_choice(command, "--format", format, words,
             "table or ndjson (default: a table on a terminal, NDJSON elsewhere)")
      ->type_name("FORMAT")
      ->group(group_of_output);
}

void add_limit_option(CLI::App& command, std::size_t& rows) {
  command.add_option("--limit", rows, "Rows of the table at most, the oddest first")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->group(group_of_output);
}

void add_map_option(CLI::App& command, MapChoice& map) {
  add_choice(command, "--map", map, map_words(),
             "Port map below the table: auto (on a terminal), always, never")
      ->default_str("auto")
      ->type_name("WHEN")
      ->group(group_of_output);
}

void add_database_option(CLI::App& command, std::string& database, const std::string& about) {
  command.add_option("--db", database, about)->type_name("FILE")->group(group_of_output);
}

void add_quiet_option(CLI::App& command, bool& quiet, const std::string& about) {
  command.add_flag("-q,--quiet", quiet, about)->group(group_of_output);
}

void add_message_options(CLI::App& command) {
  static const std::map<std::string, MessageFormat> formats = {{"text", MessageFormat::text},
                                                               {"json", MessageFormat::json}};
  command.add_flag("-v,--verbose", message_style().verbose, "Tell on standard error what is done")
      ->group(group_of_messages);
  add_choice(command, "--log-format", message_style().format, formats,
             "What is told on standard error: text, or json with one object a line")
      ->default_str("text")
      ->type_name("FORMAT")
      ->group(group_of_messages);
}

void add_fail_option(CLI::App& command, std::vector<Label>& labels, const std::string& about) {
  add_choices(command, "--fail-on", labels, label_words(), about)
      ->type_name("LABEL")
      ->group(group_of_output);
}

}  // namespace oddport
