#include "cli/diff_command.h"

#include <fmt/format.h>

#include <algorithm>
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

std::vector<Standing> standings(Store& store, DaySpan span) {
  std::vector<Standing> all;
  read_endpoints(store, span, WithPairs::no, [&all](const EndpointView& view) {
    if (auto standing = standing_of(view)) all.push_back(std::move(*standing));
  });
  return all;
}

std::uint64_t count(const std::vector<Change>& changes, ChangeKind kind) {
  return static_cast<std::uint64_t>(std::ranges::count(changes, kind, &Change::kind));
}

void write(const std::vector<Change>& changes, OutputFormat format, TextSink& sink) {
  if (format == OutputFormat::automatic)
    format = is_terminal(stdout) ? OutputFormat::table : OutputFormat::ndjson;
  if (format == OutputFormat::table)
    write_changes_page(sink, changes,
                       {.width = terminal_width(stdout), .charset = terminal_charset()});
  else
    write_changes_ndjson(sink, changes);
  sink.flush();
}

}  // namespace

int run_diff(const DiffOptions& options) {
  catch_interrupts();
  SeenInput seen = open_seen({options.before}, options.reading);
  std::vector<Standing> before = standings(*seen.store, options.days_before);
  if (options.after != options.before) {
    SeenInput other = open_seen({options.after}, options.reading);
    other.problems.insert(other.problems.end(), seen.problems.begin(), seen.problems.end());
    other.interrupted = other.interrupted || seen.interrupted;
    seen = std::move(other);
  }
  const std::vector<Change> changes =
      difference(std::move(before), standings(*seen.store, options.days_after));
  FileSink output(stdout, "standard output");
  Messages messages;
  write(changes, options.format, output);
  for (const std::string& problem : seen.problems) messages.problem(problem);
  if (!options.quiet)
    messages.append(fmt::format("{} appeared, {} vanished, {} changed.\n",
                                grouped(count(changes, ChangeKind::appeared)),
                                grouped(count(changes, ChangeKind::vanished)),
                                grouped(count(changes, ChangeKind::changed))));
  messages.flush();
  if (seen.interrupted) return exit_status::interrupted;
  if (!seen.problems.empty() || (output.failed() && !output.reader_left()))
    return exit_status::incomplete;
  const bool found = std::ranges::any_of(options.fail_on,
                                         [&](ChangeKind kind) { return count(changes, kind) > 0; });
  return found ? exit_status::findings : exit_status::done;
}

}  // namespace oddport
