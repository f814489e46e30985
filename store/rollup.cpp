#include "store/rollup.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "classify/verdict.h"
#include "store/observation_key.h"
#include "store/starts_code.h"

namespace oddport {

namespace {

constexpr std::size_t at_once = 1'000'000;  // observations; some 150 MB
constexpr std::int64_t day_ns = 86'400'000'000'000;

struct Row {
  std::int64_t endpoint = 0;
  std::int64_t saying = 0;
  std::int64_t day = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::array<std::int64_t, 4> traffic{};
  std::int64_t gaps = 0;
  double gap_mean = 0;
  IpAddress client;
  std::int32_t note = 0;
  std::uint16_t port = 0;
  bool random = false;
  bool captured = false;
};

std::int64_t day_of(std::int64_t time) {
  return time / day_ns - (time % day_ns < 0 ? 1 : 0);  // towards the past
}

class RollUp {
 public:
  explicit RollUp(SQLite::Database& database) : database_(database) {}

  // Returns false where nothing was left to add.
  bool add_some();

 private:
  std::int64_t read_rows(std::int64_t after);
  void add_services();
  void add_service(std::size_t begin, std::size_t end);
  void add_pairs();
  void add_pair(std::size_t begin, std::size_t end);
  // Scans and looks at this machine are made by whoever keeps the database, as regularly as he likes.
  bool has_client(const Row& row) const { return row.captured && row.client != IpAddress{}; }

  SQLite::Database& database_;
  std::vector<Row> rows_;
  SQLite::Statement add_service_{
      database_,
      "INSERT INTO service VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
      "?15, ?16) ON CONFLICT DO UPDATE SET flows = flows + excluded.flows, "
      "first = min(first, excluded.first), last = max(last, excluded.last), "
      "longest = max(longest, excluded.longest), "
      "client_packets = client_packets + excluded.client_packets, "
      "client_bytes = client_bytes + excluded.client_bytes, "
      "server_packets = server_packets + excluded.server_packets, "
      "server_bytes = server_bytes + excluded.server_bytes, random = random + excluded.random, "
      "gap_mean = iif(excluded.gaps > gaps, excluded.gap_mean, gap_mean), "
      "gaps = max(gaps, excluded.gaps), note = iif(excluded.first < first, excluded.note, note)"};
  SQLite::Statement find_pair_{database_,
                               "SELECT starts FROM pair WHERE endpoint = ? AND client = ?"};
  SQLite::Statement add_pair_{
      database_,
      "INSERT INTO pair VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET "
      "flows = flows + excluded.flows, first = min(first, excluded.first), "
      "last = max(last, excluded.last), client_bytes = client_bytes + excluded.client_bytes, "
      "server_bytes = server_bytes + excluded.server_bytes, starts = excluded.starts"};
};

// The role decides which port the verdict speaks of: the server's, or the client's own.
constexpr const char* select_rows =
    "SELECT o.id, o.endpoint, o.saying, o.first, o.last, o.client, o.client_port, o.note, "
    "o.client_packets, o.client_bytes, o.server_packets, o.server_bytes, o.random, o.gaps, "
    "o.gap_mean, o.gap_deviation, e.port, e.role, y.source FROM observation o "
    "JOIN endpoint e ON e.id = o.endpoint JOIN saying y ON y.id = o.saying "
    "WHERE o.id > ? ORDER BY o.id LIMIT ?";

std::int64_t RollUp::read_rows(std::int64_t after) {
  SQLite::Statement select(database_, select_rows);
  select.bind(1, after);
  select.bind(2, static_cast<std::int64_t>(at_once));
  rows_.clear();
  std::int64_t last_id = after;
  while (select.executeStep()) {
    last_id = select.getColumn(0).getInt64();
    Row row;
    row.endpoint = select.getColumn(1).getInt64();
    row.saying = select.getColumn(2).getInt64();
    row.first = select.getColumn(3).getInt64();
    row.last = select.getColumn(4).getInt64();
    row.day = day_of(row.first);
    const SQLite::Column client = select.getColumn(5);
    row.client = address_of(
        {static_cast<const char*>(client.getBlob()), static_cast<std::size_t>(client.getBytes())});
    row.note = select.getColumn(7).getInt();
    for (int i = 0; i < 4; ++i)
      row.traffic.at(static_cast<std::size_t>(i)) = select.getColumn(8 + i).getInt64();
    row.random = select.getColumn(12).getInt() != 0;
    const double mean = select.getColumn(14).getDouble();
    const double deviation = select.getColumn(15).getDouble();
    // As Rhythm::periodic() has it: only a regular rhythm is worth adding up.
    if (const std::int64_t gaps = select.getColumn(13).getInt64();
        gaps >= 5 && mean >= 0.5 && deviation < 0.2 * mean) {
      row.gaps = gaps;
      row.gap_mean = mean;
    }
    const bool of_client = select.getColumn(17).getInt() == static_cast<int>(Role::client_port);
    row.port = static_cast<std::uint16_t>(select.getColumn(of_client ? 6 : 16).getInt());
    row.captured = select.getColumn(18).getInt() == static_cast<int>(Source::capture);
    rows_.push_back(row);
  }
  return last_id;
}

void RollUp::add_service(std::size_t begin, std::size_t end) {
  Row sum = rows_[begin];
  std::int64_t longest = 0;
  std::int64_t random = 0;
  sum.traffic = {};
  for (std::size_t i = begin; i < end; ++i) {
    const Row& row = rows_[i];
    sum.last = std::max(sum.last, row.last);
    if (row.first < sum.first) {
      sum.first = row.first;
      sum.note = row.note;
    }
    longest = std::max(longest, row.last - row.first);
    for (std::size_t j = 0; j < 4; ++j) sum.traffic.at(j) += row.traffic.at(j);
    random += row.random ? 1 : 0;
    if (row.gaps > sum.gaps) {
      sum.gaps = row.gaps;
      sum.gap_mean = row.gap_mean;
    }
  }
  const std::array<std::int64_t, 13> numbers = {
      sum.endpoint,   sum.saying,     sum.day,        static_cast<std::int64_t>(end - begin),
      sum.first,      sum.last,       longest,        sum.traffic[0],
      sum.traffic[1], sum.traffic[2], sum.traffic[3], random,
      sum.gaps};
  int place = 0;
  for (const std::int64_t number : numbers) add_service_.bind(++place, number);
  add_service_.bind(++place, sum.gap_mean);
  add_service_.bind(++place, static_cast<int>(sum.port));
  add_service_.bind(++place, sum.note);
  add_service_.exec();
  add_service_.reset();
}

void RollUp::add_services() {
  std::ranges::sort(rows_, {}, [](const Row& row) {
    return std::array{row.endpoint, row.saying, row.day, row.first};
  });
  for (std::size_t begin = 0; begin < rows_.size();) {
    std::size_t end = begin;
    while (end < rows_.size() && rows_[end].endpoint == rows_[begin].endpoint &&
           rows_[end].saying == rows_[begin].saying && rows_[end].day == rows_[begin].day)
      ++end;
    add_service(begin, end);
    begin = end;
  }
}

void RollUp::add_pair(std::size_t begin, std::size_t end) {
  const std::int64_t endpoint = rows_[begin].endpoint;
  const std::string client = octets_of(rows_[begin].client);
  Starts starts;
  find_pair_.bind(1, endpoint);
  find_pair_.bind(2, client.data(), static_cast<int>(client.size()));
  if (find_pair_.executeStep()) {
    const SQLite::Column code = find_pair_.getColumn(0);
    decode_starts(
        {static_cast<const char*>(code.getBlob()), static_cast<std::size_t>(code.getBytes())},
        starts);
  }
  find_pair_.reset();
  std::int64_t last = rows_[begin].last;
  std::int64_t client_bytes = 0;
  std::int64_t server_bytes = 0;
  const std::size_t worth = std::max(begin, end - std::min(end, Starts::most));
  for (std::size_t i = begin; i < end; ++i) {
    const Row& row = rows_[i];
    last = std::max(last, row.last);
    client_bytes += row.traffic[1];
    server_bytes += row.traffic[3];
    constexpr std::int64_t largest = std::numeric_limits<std::uint32_t>::max();
    if (i >= worth && row.first >= 0)
      starts.add({.time_ms = row.first / 1'000'000,
                  .bytes = static_cast<std::uint32_t>(std::min(row.traffic[1], largest))});
  }
  starts.settle();
  const std::string code = encode_starts(starts);
  add_pair_.bind(1, endpoint);
  add_pair_.bind(2, client.data(), static_cast<int>(client.size()));
  add_pair_.bind(3, static_cast<std::int64_t>(end - begin));
  add_pair_.bind(4, rows_[begin].first);
  add_pair_.bind(5, last);
  add_pair_.bind(6, client_bytes);
  add_pair_.bind(7, server_bytes);
  add_pair_.bind(8, code.data(), static_cast<int>(code.size()));
  add_pair_.exec();
  add_pair_.reset();
}

void RollUp::add_pairs() {
  std::ranges::sort(rows_, [](const Row& a, const Row& b) {
    if (a.endpoint != b.endpoint) return a.endpoint < b.endpoint;
    if (a.client != b.client) return a.client < b.client;
    return a.first < b.first;
  });
  for (std::size_t begin = 0; begin < rows_.size();) {
    std::size_t end = begin;
    while (end < rows_.size() && rows_[end].endpoint == rows_[begin].endpoint &&
           rows_[end].client == rows_[begin].client)
      ++end;
    if (has_client(rows_[begin])) add_pair(begin, end);
    begin = end;
  }
}

bool RollUp::add_some() {
  SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
  const std::int64_t done = database_.execAndGet("SELECT rolled_up_to FROM progress").getInt64();
  if (done == 0) database_.exec("DELETE FROM service; DELETE FROM pair");
  const std::int64_t up_to = read_rows(done);
  if (rows_.empty()) return false;
  add_services();
  add_pairs();
  SQLite::Statement note(database_, "UPDATE progress SET rolled_up_to = ?");
  note.bind(1, up_to);
  note.exec();
  transaction.commit();
  return true;
}

}  // namespace

void roll_up(Store& store) {
  store.guard([&store] {
    SQLite::Database& database = store.database();
    // Without taking the lock for writing where nothing is to be done: another program may be writing just now.
    const auto behind = database.execAndGet(
        "SELECT coalesce((SELECT max(id) FROM observation), 0) > rolled_up_to FROM progress");
    if (behind.getInt() == 0) return;
    RollUp sums(database);
    while (sums.add_some()) {
    }
  });
}

}  // namespace oddport
