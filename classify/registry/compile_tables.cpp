// Checks the registry's tables and packs them into one C++ file; runs while building.
//
//   compile_tables FOLDER OUTPUT.cpp
//
// FOLDER holds the six *.tsv files: ASCII, tab separated, `#` comment lines at the top, then one
// header line. Every mistake is told as FILE:LINE: MESSAGE, nothing is written, and the exit status
// is 1, so that a wrong row fails the build instead of misleading an analyst. Tested by
// tests/classify/compile_tables_test.cpp.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "classify/registry/tables.h"

namespace oddport::registry {
namespace {

constexpr std::uint16_t watched_first = 500;
constexpr std::uint16_t watched_last = 1023;

// ---- Mistakes ----

class Problems {
 public:
  void add(std::string_view file, std::size_t line, std::string_view message) {
    ++count_;
    fmt::print(stderr, "{}:{}: {}\n", file, line, message);
  }
  bool any() const { return count_ > 0; }

 private:
  std::size_t count_ = 0;
};

// ---- Reading ----

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

// One line of a table. Its cells are asked for by column name; what is wrong with them is told
// where they stand.
class Row {
 public:
  Row(const std::string& file, std::size_t line, const std::vector<std::string>& columns,
      std::string_view text, Problems& problems)
      : file_(&file), line_(line), columns_(&columns), problems_(&problems) {
    for (const std::string_view cell : split(text, '\t')) cells_.emplace_back(cell);
    if (cells_.size() != columns.size())
      fail(fmt::format("{} cells instead of {}", cells_.size(), columns.size()));
    cells_.resize(columns.size());
    for (const std::string& cell : cells_) check_text(cell);
  }

  const std::string& operator[](std::string_view column) const {
    const auto found = std::ranges::find(*columns_, column);
    return cells_[static_cast<std::size_t>(std::distance(columns_->begin(), found))];
  }
  void fail(std::string_view message) const { problems_->add(*file_, line_, message); }

 private:
  void check_text(const std::string& cell) const {
    const bool printable = std::ranges::all_of(cell, [](char c) { return c >= ' ' && c <= '~'; });
    if (!printable) fail("a character that is not printable ASCII");
    if (cell.starts_with(' ') || cell.ends_with(' ')) fail(fmt::format("blanks around '{}'", cell));
  }

  const std::string* file_;
  std::size_t line_;
  const std::vector<std::string>* columns_;
  Problems* problems_;
  std::vector<std::string> cells_;
};

struct Table {
  std::string file;
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

// The rows keep the address of their table, which therefore must not move.
void read_table(const std::string& folder, std::string_view name, std::string_view columns,
                Table& table, Problems& problems) {
  table.file = fmt::format("{}/{}.tsv", folder, name);
  for (const std::string_view column : split(columns, ' ')) table.columns.emplace_back(column);
  std::ifstream in(table.file, std::ios::binary);
  if (!in) problems.add(table.file, 0, "cannot be read");
  bool header_seen = false;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (header_seen) {
      table.rows.emplace_back(table.file, number, table.columns, line, problems);
    } else if (!line.starts_with('#')) {
      header_seen = true;
      if (line != fmt::format("{}", fmt::join(table.columns, "\t"))) {
        problems.add(table.file, number,
                     fmt::format("the header must name the columns: {}", columns));
      }
    }
  }
  if (table.rows.empty()) problems.add(table.file, number, "no rows");
}

// ---- Cells ----

struct Ports {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  bool operator<(const Ports& other) const {
    return std::tie(first, last) < std::tie(other.first, other.last);
  }
};

std::optional<std::uint16_t> parse_number(std::string_view text) {
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

// "596" or "721-731".
Ports parse_ports(const Row& row, std::string_view column) {
  const std::string& text = row[column];
  const std::vector<std::string_view> ends = split(text, '-');
  const auto first = parse_number(ends.front());
  const auto last = parse_number(ends.back());
  if (!first || !last || ends.size() > 2 || (ends.size() == 2 && *first >= *last)) {
    row.fail(fmt::format("'{}' is no port number (0-65535) and no range", text));
    return {};
  }
  return {*first, *last};
}

Transports parse_transports(const Row& row, std::string_view column) {
  const std::string& text = row[column];
  if (text == "tcp") return Transports::tcp;
  if (text == "udp") return Transports::udp;
  if (text != "tcp,udp") row.fail(fmt::format("'{}' is not tcp, udp or tcp,udp", text));
  return Transports::both;
}

AssignmentStatus parse_status(const Row& row) {
  using enum AssignmentStatus;
  for (const AssignmentStatus status : {assigned, ghost, reserved, removed, unassigned})
    if (row["status"] == to_string(status)) return status;
  row.fail(fmt::format("unknown status '{}'", row["status"]));
  return unassigned;
}

bool is_digits(std::string_view text, std::size_t length) {
  return text.size() == length &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// YYYY, YYYY-MM or YYYY-MM-DD, of the calendar.
bool is_date(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '-');
  if (parts.size() > 3 || !is_digits(parts[0], 4)) return false;
  if (parts.size() == 1) return true;
  if (!is_digits(parts[1], 2)) return false;
  const unsigned month = *parse_number(parts[1]);
  if (month < 1 || month > 12) return false;
  if (parts.size() == 2) return true;
  if (!is_digits(parts[2], 2)) return false;
  constexpr std::array<unsigned, 12> days = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const unsigned year = *parse_number(parts[0]);
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const unsigned last = month == 2 && !leap ? 28 : days[month - 1];
  const unsigned day = *parse_number(parts[2]);
  return day >= 1 && day <= last;
}

// "D", "by D", "after D", "claimed D", "between D and D" or "checked D to D".
bool is_event_date(std::string_view text) {
  const std::vector<std::string_view> words = split(text, ' ');
  if (words.size() == 1) return is_date(words[0]);
  if (words.size() == 2) {
    const bool known = words[0] == "by" || words[0] == "after" || words[0] == "claimed";
    return known && is_date(words[1]);
  }
  if (words.size() != 4) return false;
  const bool known =
      (words[0] == "between" && words[2] == "and") || (words[0] == "checked" && words[2] == "to");
  return known && is_date(words[1]) && is_date(words[3]);
}

// To the month at least; "by" is for what only copies of the list bound.
void check_date(const Row& row, std::string_view column) {
  std::string_view text = row[column];
  if (text.empty()) return;
  if (column == "changed" && text.starts_with("by ")) text.remove_prefix(3);
  if (text.size() < 7 || !is_date(text)) row.fail(fmt::format("bad date '{}'", row[column]));
}

void check_sources(const Row& row, const std::set<std::string, std::less<>>& keys) {
  for (const std::string_view key : split(row["source"], ' '))
    if (!keys.contains(key)) row.fail(fmt::format("unknown source key '{}'", key));
}

void check_filled(const Row& row, std::initializer_list<std::string_view> columns) {
  for (const std::string_view column : columns)
    if (row[column].empty()) row.fail(fmt::format("column {} is empty", column));
}

// ---- Packing ----

class TextPool {
 public:
  TextPool() { number(""); }
  TextId number(const std::string& text) {
    const auto [found, is_new] = numbers_.try_emplace(text, numbers_.size());
    if (is_new) texts_.push_back(text);
    return static_cast<TextId>(found->second);
  }
  const std::vector<std::string>& texts() const { return texts_; }
  bool overflows() const { return texts_.size() > 0xffff; }

 private:
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> texts_;
};

struct Facts {
  TextPool pool;
  std::vector<AssignmentRow> assignments;
  std::string snapshot;
};

std::string_view snapshot_key(const Table& sources) {
  std::string_view newest;
  for (const Row& row : sources.rows)
    if (row["key"].starts_with("IANA-") && row["key"] > newest) newest = row["key"];
  return newest;
}

// A number without service is one row; one with services has a row for each, the strongest claim
// first.
void check_claim(const Row& row, AssignmentStatus status) {
  using enum AssignmentStatus;
  const bool held = status == assigned || status == ghost;
  if (held) check_filled(row, {"service"});
  if (status == removed) check_filled(row, {"changed"});
  if ((status == reserved || status == unassigned) && !row["service"].empty())
    row.fail(fmt::format("status {} with a service", to_string(status)));
  check_date(row, "registered");
  check_date(row, "changed");
}

// What may stand on one port and transport: no service twice, the strongest status first, not too
// many.
class Neighbors {
 public:
  void check(const Row& row, std::uint16_t port, Transport transport, AssignmentStatus status) {
    auto& group = groups_[{port, transport}];
    if (!group.services.insert(row["service"]).second)
      row.fail(fmt::format("{}/{} has this service twice", port, to_string(transport)));
    if (status < group.last) {
      row.fail(
          fmt::format("{}/{}: a stronger status comes after a weaker", port, to_string(transport)));
    }
    if (group.services.size() > Assignments::capacity) {
      row.fail(fmt::format("{}/{} has more than {} rows", port, to_string(transport),
                           Assignments::capacity));
    }
    group.last = status;
  }
  bool has(std::uint16_t port, Transport transport) const {
    return groups_.contains({port, transport});
  }

 private:
  struct Group {
    std::set<std::string> services;
    AssignmentStatus last = AssignmentStatus::assigned;
  };
  std::map<std::pair<std::uint16_t, Transport>, Group> groups_;
};

AssignmentRow pack(const Row& row, std::uint16_t port, Transports transports,
                   AssignmentStatus status, const std::string& source, TextPool& pool) {
  return {.port = port,
          .transports = transports,
          .status = status,
          .service = pool.number(row["service"]),
          .description = pool.number(row["description"]),
          .registered = pool.number(row["registered"]),
          .changed = pool.number(row["changed"]),
          .reference = pool.number(row["reference"]),
          .source = pool.number(source)};
}

void add_watched(const Table& table, Facts& facts, Neighbors& neighbors, Problems& problems) {
  std::tuple<std::uint16_t, Transports> before{};
  for (const Row& row : table.rows) {
    const Ports ports = parse_ports(row, "port");
    const Transports transports = parse_transports(row, "transport");
    const AssignmentStatus status = parse_status(row);
    const std::uint16_t port = ports.first;
    if (port != ports.last || transports == Transports::both)
      row.fail("one port and one transport a row");
    if (port < watched_first || port > watched_last)
      row.fail(fmt::format("port {} is not within {}-{}", port, watched_first, watched_last));
    if (std::tuple(port, transports) < before) row.fail("not sorted by port and transport");
    before = {port, transports};
    check_claim(row, status);
    if (!row["service"].empty()) check_filled(row, {"description"});
    neighbors.check(row, port, transports == Transports::tcp ? Transport::tcp : Transport::udp,
                    status);
    facts.assignments.push_back(pack(row, port, transports, status, row["source"], facts.pool));
  }
  for (std::uint16_t port = watched_first; port <= watched_last; ++port) {
    for (const Transport transport : {Transport::tcp, Transport::udp}) {
      if (!neighbors.has(port, transport))
        problems.add(table.file, 0, fmt::format("no row for {}/{}", port, to_string(transport)));
    }
  }
}

// Ranges are spread out, so that one search by port finds every row.
void add_wider(const Table& table, const std::string& source, Facts& facts, Neighbors& neighbors) {
  std::uint16_t before = 0;
  for (const Row& row : table.rows) {
    const Ports ports = parse_ports(row, "ports");
    const Transports transports = parse_transports(row, "transports");
    const AssignmentStatus status = parse_status(row);
    if (ports.first < before) row.fail("not sorted by port");
    before = ports.first;
    if (ports.first <= watched_last && ports.last >= watched_first)
      row.fail(fmt::format("ports {}-{} belong into assignments.tsv", watched_first, watched_last));
    if (status == AssignmentStatus::ghost)
      row.fail("whether a format is public is judged inside 500-1023 only");
    check_claim(row, status);
    for (std::uint32_t port = ports.first; port <= ports.last; ++port) {
      const auto number = static_cast<std::uint16_t>(port);
      for (const Transport transport : {Transport::tcp, Transport::udp})
        if (contains(transports, transport)) neighbors.check(row, number, transport, status);
      facts.assignments.push_back(pack(row, number, transports, status, source, facts.pool));
    }
  }
  std::ranges::stable_sort(facts.assignments, {}, &AssignmentRow::port);
}

// For the tables that are listed and not searched: order, doubles, and the cells that all of them
// have.
void check_list(const Table& table, const std::set<std::string, std::less<>>& keys) {
  Ports before;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const Row& row = table.rows[i];
    const Ports ports = parse_ports(row, "ports");
    if (ports < before) row.fail("not sorted by ports");
    before = ports;
    parse_transports(row, "transports");
    check_sources(row, keys);
    const auto same_cells = [&](const Row& other) {
      return std::ranges::all_of(table.columns,
                                 [&](const auto& column) { return row[column] == other[column]; });
    };
    if (std::ranges::any_of(std::span(table.rows).first(i), same_cells))
      row.fail("the same row stands above");
  }
}

void check_lists(const Table& history, const Table& customs, const Table& malware,
                 const std::set<std::string, std::less<>>& keys) {
  for (const Table* table : {&history, &customs, &malware}) check_list(*table, keys);
  for (const Row& row : history.rows) {
    check_filled(row, {"event"});
    if (!is_event_date(row["date"])) row.fail(fmt::format("bad date '{}'", row["date"]));
    if (!row["event"].ends_with('.')) row.fail("the event must be a sentence");
  }
  for (const Row& row : customs.rows) {
    check_filled(row, {"software", "does", "era"});
    if (row["use"] != "registered" && row["use"] != "custom" && row["use"] != "client")
      row.fail(fmt::format("unknown use '{}'", row["use"]));
  }
  for (const Row& row : malware.rows) check_filled(row, {"name", "kind"});
}

std::set<std::string, std::less<>> check_keys(const Table& sources) {
  std::set<std::string, std::less<>> keys;
  std::string_view before;
  for (const Row& row : sources.rows) {
    check_filled(row, {"key", "title"});
    if (row["key"] <= before) row.fail("not sorted by key, or twice the same");
    if (row["key"].find(' ') != std::string::npos) row.fail("a key with a blank");
    if (!row["dated"].empty() && !is_date(row["dated"]))
      row.fail(fmt::format("bad date '{}'", row["dated"]));
    before = row["key"];
    keys.insert(row["key"]);
  }
  return keys;
}

// ---- Writing ----

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string_view literal_of(Transports transports) {
  switch (transports) {
    case Transports::tcp:
      return "Transports::tcp";
    case Transports::udp:
      return "Transports::udp";
    case Transports::both:
      return "Transports::both";
  }
  return "Transports::both";
}

using Output = std::back_insert_iterator<std::string>;

void write_texts(const TextPool& pool, Output out) {
  std::size_t begin = 0;
  fmt::format_to(out, "constexpr char text_bytes[] =\n");
  for (const std::string& text : pool.texts()) fmt::format_to(out, "    {}\n", quoted(text));
  fmt::format_to(out, "    ;\n\nconstexpr std::uint32_t begins[] = {{");
  for (const std::string& text : pool.texts()) {
    fmt::format_to(out, "{},", begin);
    begin += text.size();
  }
  fmt::format_to(out, "{}}};\n\n", begin);
}

void write_assignments(std::span<const AssignmentRow> rows, Output out) {
  fmt::format_to(out, "constexpr AssignmentRow assignment_rows[] = {{\n");
  for (const AssignmentRow& row : rows) {
    fmt::format_to(out, "    {{{}, {}, AssignmentStatus::{}, {}, {}, {}, {}, {}, {}}},\n", row.port,
                   literal_of(row.transports), to_string(row.status), row.service, row.description,
                   row.registered, row.changed, row.reference, row.source);
  }
  fmt::format_to(out, "}};\n\n");
}

// Rows that begin with ports and transports; `rest` gives the further members.
template <typename Rest>
void write_list(std::string_view type, std::string_view name, const Table& table, Output out,
                Rest rest) {
  fmt::format_to(out, "constexpr {} {}[] = {{\n", type, name);
  for (const Row& row : table.rows) {
    const Ports ports = parse_ports(row, "ports");
    fmt::format_to(out, "    {{{}, {}, {}, {}}},\n", ports.first, ports.last,
                   literal_of(parse_transports(row, "transports")), rest(row));
  }
  fmt::format_to(out, "}};\n\n");
}

void write_lists(const Table& history, const Table& customs, const Table& malware,
                 const Table& sources, Output out) {
  write_list("HistoryNote", "history_notes", history, out, [](const Row& row) {
    return fmt::format("{}, {}, {}, {}", quoted(row["date"]), quoted(row["former"]),
                       quoted(row["event"]), quoted(row["source"]));
  });
  write_list("Custom", "custom_rows", customs, out, [](const Row& row) {
    return fmt::format("{}, {}, {}, {}, {}, {}", quoted(row["software"]), quoted(row["does"]),
                       quoted(row["era"]), quoted(row["source"]), row["use"] == "registered",
                       row["use"] == "client");
  });
  write_list("MalwareName", "malware_rows", malware, out, [](const Row& row) {
    return fmt::format("{}, {}, {}", quoted(row["name"]), quoted(row["kind"]),
                       quoted(row["source"]));
  });
  fmt::format_to(out, "constexpr FactSource source_rows[] = {{\n");
  for (const Row& row : sources.rows)
    fmt::format_to(out, "    {{{}, {}}},\n", quoted(row["key"]), quoted(row["title"]));
  fmt::format_to(out, "}};\n\n");
}

constexpr std::string_view prologue =
    R"(// Made by compile_tables from classify/registry/*.tsv. Edit those.
#include "classify/registry/tables.h"

#if defined(__clang__)
#pragma clang diagnostic ignored "-Woverlength-strings"
#endif

namespace oddport::registry {
namespace {

)";

constexpr std::string_view epilogue = R"(}  // namespace

constinit const std::string_view texts{text_bytes, sizeof text_bytes - 1};
constinit const std::span<const std::uint32_t> text_begins = begins;
constinit const std::span<const AssignmentRow> assignments = assignment_rows;
constinit const std::span<const HistoryNote> history = history_notes;
constinit const std::span<const Custom> customs = custom_rows;
constinit const std::span<const MalwareName> malware = malware_rows;
constinit const std::span<const FactSource> sources = source_rows;
)";

int compile(const std::string& folder, const std::string& output) {
  Problems problems;
  Table watched, wider, history, customs, malware, sources;
  constexpr std::string_view claim = "status service description registered changed reference";
  read_table(folder, "assignments", fmt::format("port transport {} source", claim), watched,
             problems);
  read_table(folder, "wider", fmt::format("ports transports {}", claim), wider, problems);
  read_table(folder, "history", "ports transports date former event source", history, problems);
  read_table(folder, "customs", "ports transports use software does era source", customs, problems);
  read_table(folder, "malware", "ports transports name kind source", malware, problems);
  read_table(folder, "sources", "key dated title", sources, problems);

  const std::set<std::string, std::less<>> keys = check_keys(sources);
  const std::string snapshot(snapshot_key(sources));
  if (snapshot.empty()) problems.add(sources.file, 0, "no key begins with IANA-");
  for (const Row& row : watched.rows) check_sources(row, keys);
  check_lists(history, customs, malware, keys);
  Facts facts;
  Neighbors neighbors;
  add_watched(watched, facts, neighbors, problems);
  add_wider(wider, snapshot, facts, neighbors);
  if (facts.pool.overflows()) problems.add(folder, 0, "more than 65535 different texts");
  if (problems.any()) return 1;

  std::string text(prologue);
  const Output out(text);
  write_texts(facts.pool, out);
  write_assignments(facts.assignments, out);
  write_lists(history, customs, malware, sources, out);
  text += epilogue;
  fmt::format_to(
      out,
      "constinit const std::string_view snapshot = {};\n\n}}  // namespace oddport::registry\n",
      quoted(std::string_view(snapshot).substr(std::string_view("IANA-").size())));
  std::ofstream file(output, std::ios::binary);
  file << text;
  if (file.close(); file) return 0;
  problems.add(output, 0, "cannot be written");
  return 1;
}

}  // namespace
}  // namespace oddport::registry

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 3) {
    fmt::print(stderr, "usage: compile_tables FOLDER OUTPUT.cpp\n");
    return 2;
  }
  return oddport::registry::compile(arguments[1], arguments[2]);
}
