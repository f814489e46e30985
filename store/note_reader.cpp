#include "store/note_reader.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <string_view>

#include "store/service_rows.h"

namespace oddport {

namespace {

constexpr std::int64_t least_step = 1'000'000;  // nanoseconds
constexpr std::int64_t steps_of_all = 1000;

// As they were joined: no line has a line end in it.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Halves first: the earliest and the latest time may lie farther apart than a number can tell.
std::int64_t step_of(SQLite::Database& database) {
  SQLite::Statement ends(database, "SELECT min(first), max(first) FROM observation");
  if (!ends.executeStep()) return least_step;
  const std::int64_t half = ends.getColumn(1).getInt64() / 2 - ends.getColumn(0).getInt64() / 2;
  return std::max(least_step, half / (steps_of_all / 2));
}

}  // namespace

VerdictWords words_of_note(Store& store, std::int64_t note) {
  VerdictWords found;
  store.guard([&] {
    SQLite::Statement find(store.database(),
                           "SELECT reason, evidence, traits FROM note WHERE id = ?");
    find.bind(1, note);
    if (!find.executeStep()) return;
    found.reason = find.getColumn(0).getString();
    found.evidence = lines_of(find.getColumn(1).getString());
    found.traits = lines_of(find.getColumn(2).getString());
  });
  return found;
}

void read_flow_times(Store& store, const std::function<void(Time, Label, std::uint64_t)>& take) {
  store.guard([&] {
    const std::int64_t step = step_of(store.database());
    SQLite::Statement select(store.database(),
                             "SELECT min(o.first), y.label, count(*) FROM observation o "
                             "JOIN saying y ON y.id = o.saying GROUP BY o.first / ?, y.label");
    select.bind(1, step);
    while (select.executeStep())
      take(select.getColumn(0).getInt64(),
           static_cast<Label>(
               std::clamp(select.getColumn(1).getInt(), 0, static_cast<int>(Label::unknown))),
           count_of(select.getColumn(2)));
  });
}

}  // namespace oddport
