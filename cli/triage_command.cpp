#include "cli/triage_command.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/exit_status.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/terminal.h"
#include "report/finding_writer.h"
#include "report/quantity.h"
#include "report/text_sink.h"

namespace oddport {

namespace {

void write(const Ranking& ranking, OutputFormat format, MapChoice map, TextSink& sink) {
  if (format == OutputFormat::automatic)
    format = is_terminal(stdout) ? OutputFormat::table : OutputFormat::ndjson;
  if (format == OutputFormat::table)
    write_findings_page(sink, ranking.findings,
                        {.width = terminal_width(stdout), .charset = terminal_charset()});
  else
    write_findings_ndjson(sink, ranking.findings);
  sink.append(map_below(format, map, ranking.tally));
  sink.flush();
}

std::string summary(const Ranking& ranking) {
  std::string text = fmt::format(
      "{} among {}", counted(ranking.findings.size() + ranking.more, "finding", "findings"),
      counted(ranking.endpoints, "endpoint", "endpoints"));
  if (ranking.more > 0)
    text += fmt::format(", the first {} shown", grouped(ranking.findings.size()));
  if (ranking.known > 0) text += fmt::format(", {} more accepted as known", grouped(ranking.known));
  return text + ".\n";
}

}  // namespace

int run_triage(const TriageOptions& options) {
  catch_interrupts();
  const SeenInput seen = open_seen(options.inputs, options.reading);
  const Ranking ranking = rank_findings(*seen.store, options.choice);
  FileSink output(stdout, "standard output");
  Messages messages;
  write(ranking, options.format, options.map, output);
  for (const std::string& problem : seen.problems) messages.problem(problem);
  if (!options.quiet) messages.append(summary(ranking));
  messages.flush();
  if (seen.interrupted) return exit_status::interrupted;
  if (!seen.problems.empty() || (output.failed() && !output.reader_left()))
    return exit_status::incomplete;
  return ranking.fails ? exit_status::findings : exit_status::done;
}

}  // namespace oddport
