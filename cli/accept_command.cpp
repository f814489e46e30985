#include "cli/accept_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>

#include "cli/exit_status.h"
#include "cli/messages.h"
#include "cli/ranking.h"
#include "cli/terminal.h"
#include "report/finding_writer.h"
#include "report/quantity.h"
#include "report/text_sink.h"
#include "report/timestamp.h"
#include "store/known_marks.h"

namespace oddport {

namespace {

bool same_end(const EndpointKey& a, const EndpointKey& b) {
  return a.server == b.server && a.transport == b.transport;
}

Time now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string described(const KnownMark& mark) {
  std::string when;
  append_timestamp(when, mark.at);
  const KnownThing& thing = mark.thing;
  return fmt::format("{}  {}{}{}{}  accepted by {} on {}: {}", name_of(thing.key),
                     to_string(thing.label), thing.protocol.empty() ? "" : " ", thing.protocol,
                     thing.process.empty() ? std::string() : " by " + thing.process, mark.who,
                     when.substr(0, 10), mark.why);
}

int list(Store& store, TextSink& output) {
  for (const KnownMark& mark : known_marks(store))
    output.append(visible(described(mark), terminal_charset()) + "\n");
  return exit_status::done;
}

int withdraw(Store& store, const AcceptOptions& options, TextSink& output) {
  std::size_t removed = 0;
  for (EndpointKey key : options.endpoints) {
    for (const Role role : {Role::service, Role::client_port}) {
      key.role = role;
      removed += remove_marks(store, key);
    }
  }
  output.append(fmt::format("{} withdrawn.\n", counted(removed, "mark", "marks")));
  return removed > 0 ? exit_status::done : exit_status::incomplete;
}

int accept(Store& store, const AcceptOptions& options, TextSink& output, Messages& messages) {
  RankingChoice every;
  every.limit = std::numeric_limits<std::size_t>::max();
  every.also_known = true;
  const Ranking ranking = rank_findings(store, every);
  std::size_t marked = 0;
  const Time at = now();
  std::vector<bool> found(options.endpoints.size());
  for (const Finding& finding : ranking.findings) {
    bool wanted = options.all;
    for (std::size_t i = 0; i < options.endpoints.size(); ++i) {
      if (!same_end(options.endpoints[i], finding.key)) continue;
      wanted = true;
      found[i] = true;
    }
    if (!wanted) continue;
    add_mark(store,
             {.thing = known_thing(finding), .who = options.who, .at = at, .why = options.why});
    ++marked;
  }
  output.append(fmt::format("{} accepted.\n", counted(marked, "finding", "findings")));
  for (std::size_t i = 0; i < found.size(); ++i)
    if (!found[i])
      messages.problem(
          fmt::format("{}: no finding; see oddport triage", name_of(options.endpoints[i])));
  return std::ranges::find(found, false) == found.end() ? exit_status::done
                                                        : exit_status::incomplete;
}

}  // namespace

int run_accept(const AcceptOptions& options) {
  Store store(options.database, Store::Missing::is_an_error);
  FileSink output(stdout, "standard output");
  Messages messages;
  int status = exit_status::done;
  if (options.list)
    status = list(store, output);
  else if (options.withdraw)
    status = withdraw(store, options, output);
  else
    status = accept(store, options, output, messages);
  output.flush();
  return output.failed() && !output.reader_left() ? exit_status::incomplete : status;
}

}  // namespace oddport
