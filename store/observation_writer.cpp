#include "store/observation_writer.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "classify/unknown_traits.h"
#include "store/observation_key.h"
#include "store/rollup.h"
#include "store/sample_code.h"

namespace oddport {

namespace {

constexpr std::size_t most_remembered = 200'000;
// Of one endpoint: enough to see families in what is unknown, and to hold a signature against what is not.
constexpr std::uint32_t unknown_samples = 1024;
constexpr std::uint32_t named_samples = 16;

// SQLite's integers are signed; more than this nobody has counted.
std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(
      std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
}

std::string lines(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    if (!all.empty()) all += '\n';
    const std::size_t begin = all.size();
    all += text;
    std::replace(all.begin() + static_cast<std::ptrdiff_t>(begin), all.end(), '\n', ' ');
  }
  return all;
}

bool looks_random(const Observation& observation, const Verdict& verdict) {
  if (verdict.label != Label::unknown || observation.exchange.empty()) return false;
  const UnknownTraits traits = find_traits(observation.exchange);
  return traits.of(Side::client).random || traits.of(Side::server).random;
}

// Copies the bytes.
void bind_blob(SQLite::Statement& statement, int place, const std::string& bytes) {
  statement.bind(place, bytes.data(), static_cast<int>(bytes.size()));
}

void run(SQLite::Statement& statement) {
  statement.exec();
  statement.reset();
}

}  // namespace

struct ObservationWriter::Statements {
  explicit Statements(SQLite::Database& given) : database(given) {}

  SQLite::Database& database;
  SQLite::Statement begin{database, "BEGIN IMMEDIATE"};
  SQLite::Statement commit{database, "COMMIT"};
  SQLite::Statement add_endpoint{
      database, "INSERT OR IGNORE INTO endpoint (ip, port, transport, role) VALUES (?, ?, ?, ?)"};
  SQLite::Statement find_endpoint{
      database, "SELECT id FROM endpoint WHERE ip = ? AND port = ? AND transport = ? AND role = ?"};
  SQLite::Statement add_saying{database,
                               "INSERT OR IGNORE INTO saying (source, state, label, certainty, "
                               "era, protocol, process) VALUES (?, ?, ?, ?, ?, ?, ?)"};
  SQLite::Statement find_saying{
      database,
      "SELECT id FROM saying WHERE source = ? AND state = ? AND label = ? AND certainty = ? AND "
      "era = ? AND protocol = ? AND process = ?"};
  SQLite::Statement add_origin{database, "INSERT OR IGNORE INTO origin (name) VALUES (?)"};
  SQLite::Statement find_origin{database, "SELECT id FROM origin WHERE name = ?"};
  SQLite::Statement add_note{database,
                             "INSERT INTO note (reason, evidence, traits) VALUES (?, ?, ?)"};
  SQLite::Statement add_observation{
      database,
      "INSERT INTO observation (last, endpoint, client, client_port, saying, note, origin, basis, "
      "client_packets, client_bytes, server_packets, server_bytes, random, gaps, gap_mean, "
      "gap_deviation, first, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  SQLite::Statement find_observation{
      database,
      "SELECT id, endpoint, saying, client_packets + server_packets FROM observation "
      "WHERE first = ? AND key = ?"};
  SQLite::Statement revise_observation{
      database,
      "UPDATE observation SET last = ?, endpoint = ?, client = ?, client_port = ?, saying = ?, "
      "note = ?, origin = ?, basis = ?, client_packets = ?, client_bytes = ?, server_packets = ?, "
      "server_bytes = ?, random = ?, gaps = ?, gap_mean = ?, gap_deviation = ? WHERE id = ?"};
  SQLite::Statement begin_anew{database,
                               "UPDATE progress SET rolled_up_to = 0 WHERE rolled_up_to >= ?"};
  SQLite::Statement add_sample{database,
                               "INSERT OR REPLACE INTO sample (observation, client, server, "
                               "turns, flags) VALUES (?, ?, ?, ?, ?)"};
};

ObservationWriter::ObservationWriter(Store& store, std::chrono::milliseconds delay)
    : store_(store), delay_(delay) {
  store_.guard([this] { statements_ = std::make_unique<Statements>(store_.database()); });
  keeper_ = std::jthread([this](const std::stop_token& stop) { keep_time(stop); });
}

ObservationWriter::~ObservationWriter() {
  keeper_.request_stop();
  keeper_.join();
  try {
    flush();
  } catch (const std::exception&) {
    // A destructor cannot tell of it; finish() does.
    open_ = false;
  }
}

// Commits what nobody else does: the next observation may be long in coming.
void ObservationWriter::keep_time(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (opened_.wait(lock, stop, [this] { return open_; }) && !stop.stop_requested()) {
    const auto until = opened_at_ + delay_;
    opened_.wait_until(lock, stop, until,
                       [this, until] { return !open_ || opened_at_ + delay_ > until; });
    if (!open_ || std::chrono::steady_clock::now() < opened_at_ + delay_) continue;
    try {
      commit_now();
    } catch (...) {
      failure_ = std::current_exception();
      take_back();
    }
  }
}

void ObservationWriter::commit_now() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  if (!open_) return;
  store_.guard([this] { run(statements_->commit); });
  open_ = false;
}

void ObservationWriter::flush() {
  const std::lock_guard lock(mutex_);
  commit_now();
}

void ObservationWriter::finish() {
  flush();
  roll_up(store_);
}

// Ends a transaction that failed. The rows that it took back must not be referred to.
void ObservationWriter::take_back() {
  if (sqlite3_get_autocommit(store_.database().getHandle()) == 0) {
    // It has failed already, and the first error is the one to tell.
    sqlite3_exec(store_.database().getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  open_ = false;
  for (Memo* memo : {&endpoints_, &sayings_, &origins_, &notes_}) memo->clear();
  sampled_.clear();
}

void ObservationWriter::add(const Observation& observation, const Verdict& verdict,
                            Sighting sighting) {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  try {
    store_.guard([&] {
      if (!open_) {
        run(statements_->begin);
        open_ = true;
        opened_at_ = std::chrono::steady_clock::now();
        opened_.notify_all();
      }
      insert(observation, verdict, sighting);
    });
  } catch (...) {
    take_back();
    throw;
  }
}

template <typename Insert>
std::int64_t ObservationWriter::look_up(Memo& memo, std::string key, const Insert& insert) {
  if (const auto found = memo.find(key); found != memo.end()) return found->second;
  if (memo.size() >= most_remembered) memo.clear();
  const std::int64_t id = insert();
  memo.emplace(std::move(key), id);
  return id;
}

std::int64_t ObservationWriter::endpoint_of(const Observation& observation,
                                            const Verdict& verdict) {
  const std::string ip = octets_of(observation.server.ip);
  std::string key = ip;
  key += static_cast<char>(observation.server.port >> 8);
  key += static_cast<char>(observation.server.port & 0xff);
  key += static_cast<char>(observation.transport);
  key += static_cast<char>(verdict.role);
  return look_up(endpoints_, std::move(key), [&] {
    const auto bind = [&](SQLite::Statement& statement) {
      bind_blob(statement, 1, ip);
      statement.bind(2, static_cast<int>(observation.server.port));
      statement.bind(3, static_cast<int>(observation.transport));
      statement.bind(4, static_cast<int>(verdict.role));
    };
    bind(statements_->add_endpoint);
    run(statements_->add_endpoint);
    bind(statements_->find_endpoint);
    statements_->find_endpoint.executeStep();
    const std::int64_t id = statements_->find_endpoint.getColumn(0).getInt64();
    statements_->find_endpoint.reset();
    return id;
  });
}

std::int64_t ObservationWriter::saying_of(const Observation& observation, const Verdict& verdict,
                                          const Sighting& sighting) {
  const std::array<int, 5> numbers = {
      static_cast<int>(observation.source), static_cast<int>(sighting.state),
      static_cast<int>(verdict.label), static_cast<int>(verdict.certainty),
      verdict.era ? static_cast<int>(*verdict.era) : -1};
  std::string key;
  for (const int value : numbers) key += static_cast<char>(value);
  key.append(verdict.protocol).append(1, '\0').append(sighting.process);
  return look_up(sayings_, std::move(key), [&] {
    const auto bind = [&](SQLite::Statement& statement) {
      int place = 0;
      for (const int value : numbers) statement.bind(++place, value);
      statement.bind(++place, std::string(verdict.protocol));
      statement.bind(++place, std::string(sighting.process));
    };
    bind(statements_->add_saying);
    run(statements_->add_saying);
    bind(statements_->find_saying);
    statements_->find_saying.executeStep();
    const std::int64_t id = statements_->find_saying.getColumn(0).getInt64();
    statements_->find_saying.reset();
    return id;
  });
}

std::int64_t ObservationWriter::origin_of(std::string_view origin) {
  return look_up(origins_, std::string(origin), [&] {
    statements_->add_origin.bind(1, std::string(origin));
    run(statements_->add_origin);
    statements_->find_origin.bind(1, std::string(origin));
    statements_->find_origin.executeStep();
    const std::int64_t id = statements_->find_origin.getColumn(0).getInt64();
    statements_->find_origin.reset();
    return id;
  });
}

std::int64_t ObservationWriter::note_of(const Verdict& verdict) {
  const std::string evidence = lines(verdict.evidence);
  const std::string traits = lines(verdict.traits);
  std::string key = verdict.reason;
  key.append(1, '\0').append(evidence).append(1, '\0').append(traits);
  return look_up(notes_, std::move(key), [&] {
    statements_->add_note.bind(1, verdict.reason);
    statements_->add_note.bind(2, evidence);
    statements_->add_note.bind(3, traits);
    run(statements_->add_note);
    return statements_->database.getLastInsertRowid();
  });
}

void ObservationWriter::insert(const Observation& observation, const Verdict& verdict,
                               const Sighting& sighting) {
  const std::int64_t endpoint = endpoint_of(observation, verdict);
  const std::int64_t saying = saying_of(observation, verdict, sighting);
  const std::uint64_t key = key_of(observation);
  if (revise(observation, verdict, endpoint, saying, key)) return;
  SQLite::Statement& row = statements_->add_observation;
  int place = bind_row(row, observation, verdict, endpoint, saying);
  row.bind(++place, kept_first(observation));
  row.bind(++place, static_cast<std::int64_t>(key));
  run(row);
  ++counts_.added;
  sample(observation, verdict, endpoint, statements_->database.getLastInsertRowid());
}

// All but what tells the flow from others; how many places that takes.
int ObservationWriter::bind_row(SQLite::Statement& row, const Observation& observation,
                                const Verdict& verdict, std::int64_t endpoint,
                                std::int64_t saying) {
  int place = 0;
  row.bind(++place, observation.last);
  row.bind(++place, endpoint);
  bind_blob(row, ++place, octets_of(observation.client.ip));
  row.bind(++place, static_cast<int>(observation.client.port));
  row.bind(++place, saying);
  row.bind(++place, note_of(verdict));
  row.bind(++place, origin_of(observation.origin));
  row.bind(++place, static_cast<int>(observation.basis));
  for (const Traffic& traffic : {observation.from_client, observation.from_server}) {
    row.bind(++place, number(traffic.packets));
    row.bind(++place, number(traffic.bytes));
  }
  row.bind(++place, looks_random(observation, verdict) ? 1 : 0);
  const Rhythm& rhythm = observation.rhythm;
  row.bind(++place, number(rhythm.gaps()));
  if (rhythm.gaps() > 0) {
    row.bind(++place, rhythm.mean_seconds());
    row.bind(++place, rhythm.deviation_seconds());
  } else {
    row.bind(++place);
    row.bind(++place);
  }
  return place;
}

// True where the flow is kept already. Other rules, or another version of the program, may judge it otherwise: the newest
// verdict counts. What was kept while it went on grows.
bool ObservationWriter::revise(const Observation& observation, const Verdict& verdict,
                               std::int64_t endpoint, std::int64_t saying, std::uint64_t key) {
  SQLite::Statement& found = statements_->find_observation;
  found.bind(1, kept_first(observation));
  found.bind(2, static_cast<std::int64_t>(key));
  if (!found.executeStep()) {
    found.reset();
    return false;
  }
  const std::int64_t id = found.getColumn(0).getInt64();
  const bool judged_anew =
      found.getColumn(1).getInt64() != endpoint || found.getColumn(2).getInt64() != saying;
  const bool grown = number(observation.from_client.packets + observation.from_server.packets) >
                     found.getColumn(3).getInt64();
  found.reset();
  if (judged_anew) ++counts_.changed;
  if (!judged_anew && !grown) {
    ++counts_.known;
    return true;
  }
  SQLite::Statement& row = statements_->revise_observation;
  row.bind(bind_row(row, observation, verdict, endpoint, saying) + 1, id);
  run(row);
  if (grown) sample(observation, verdict, endpoint, id);
  statements_->begin_anew.bind(1, id);
  run(statements_->begin_anew);
  return true;
}

void ObservationWriter::sample(const Observation& observation, const Verdict& verdict,
                               std::int64_t endpoint, std::int64_t id) {
  const bool unknown = verdict.label == Label::unknown;
  if (verdict.label == Label::silent || observation.exchange.empty()) return;
  if (sampled_.size() >= most_remembered) sampled_.clear();
  std::uint32_t& taken = sampled_[unknown ? endpoint : -endpoint];
  if (taken >= (unknown ? unknown_samples : named_samples)) return;
  ++taken;
  const SampleCode code = encode_sample(observation.exchange);
  SQLite::Statement& row = statements_->add_sample;
  row.bind(1, id);
  bind_blob(row, 2, code.client);
  bind_blob(row, 3, code.server);
  bind_blob(row, 4, code.turns);
  row.bind(5, code.flags);
  run(row);
}

}  // namespace oddport
