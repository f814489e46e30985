#include "store/schema.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include <array>

#include "store/store_error.h"

namespace oddport {

namespace {

// Addresses are 4 or 16 octets in network order, times are nanoseconds since 1970, enumerations are the numbers of the
// headers in classify/. Whatever repeats stands in a table of its own, so that an observation is a row of small numbers.
constexpr const char* observations = R"sql(
CREATE TABLE endpoint (
  id INTEGER PRIMARY KEY,
  ip BLOB NOT NULL, port INTEGER NOT NULL, transport INTEGER NOT NULL, role INTEGER NOT NULL,
  UNIQUE (ip, port, transport, role)
);
CREATE TABLE saying (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL, state INTEGER NOT NULL, label INTEGER NOT NULL, certainty INTEGER NOT NULL, era INTEGER NOT NULL,
  protocol TEXT NOT NULL, process TEXT NOT NULL,
  UNIQUE (source, state, label, certainty, era, protocol, process)
);
CREATE TABLE origin (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE note (id INTEGER PRIMARY KEY, reason TEXT NOT NULL, evidence TEXT NOT NULL, traits TEXT NOT NULL);
CREATE TABLE observation (
  id INTEGER PRIMARY KEY,
  first INTEGER NOT NULL, key INTEGER NOT NULL,
  last INTEGER NOT NULL,
  endpoint INTEGER NOT NULL REFERENCES endpoint,
  client BLOB NOT NULL, client_port INTEGER NOT NULL,
  saying INTEGER NOT NULL REFERENCES saying,
  note INTEGER NOT NULL REFERENCES note,
  origin INTEGER NOT NULL REFERENCES origin,
  basis INTEGER NOT NULL,
  client_packets INTEGER NOT NULL, client_bytes INTEGER NOT NULL,
  server_packets INTEGER NOT NULL, server_bytes INTEGER NOT NULL,
  random INTEGER NOT NULL,
  gaps INTEGER NOT NULL, gap_mean REAL, gap_deviation REAL,
  UNIQUE (first, key)
);
CREATE TABLE sample (
  observation INTEGER PRIMARY KEY REFERENCES observation,
  client BLOB NOT NULL, server BLOB NOT NULL, turns BLOB NOT NULL, flags INTEGER NOT NULL
);
)sql";

// Sums over observations up to `progress.rolled_up_to`; see rollup.h.
constexpr const char* sums = R"sql(
CREATE TABLE service (
  endpoint INTEGER NOT NULL, saying INTEGER NOT NULL, day INTEGER NOT NULL,
  flows INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, longest INTEGER NOT NULL,
  client_packets INTEGER NOT NULL, client_bytes INTEGER NOT NULL,
  server_packets INTEGER NOT NULL, server_bytes INTEGER NOT NULL,
  random INTEGER NOT NULL, gaps INTEGER NOT NULL, gap_mean REAL NOT NULL,
  port INTEGER NOT NULL, note INTEGER NOT NULL,
  PRIMARY KEY (endpoint, saying, day)
) WITHOUT ROWID;
CREATE TABLE pair (
  endpoint INTEGER NOT NULL, client BLOB NOT NULL,
  flows INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  client_bytes INTEGER NOT NULL, server_bytes INTEGER NOT NULL,
  starts BLOB NOT NULL,
  PRIMARY KEY (endpoint, client)
) WITHOUT ROWID;
CREATE TABLE progress (rolled_up_to INTEGER NOT NULL);
INSERT INTO progress VALUES (0);
CREATE TABLE known (
  id INTEGER PRIMARY KEY,
  ip BLOB NOT NULL, port INTEGER NOT NULL, transport INTEGER NOT NULL, role INTEGER NOT NULL,
  label INTEGER NOT NULL, protocol TEXT NOT NULL, process TEXT NOT NULL,
  who TEXT NOT NULL, at INTEGER NOT NULL, why TEXT NOT NULL,
  UNIQUE (ip, port, transport, role, label, protocol, process)
);
)sql";

// The addresses of the machine whose sockets are kept: where those live that listen on all of them.
constexpr const char* own_addresses = R"sql(
CREATE TABLE own_address (ip BLOB PRIMARY KEY) WITHOUT ROWID;
)sql";

// One step a version, in order; a step is never changed once it was published.
constexpr std::array steps = {observations, sums, own_addresses};

}  // namespace

int schema_version() { return static_cast<int>(steps.size()); }

void check_owner(SQLite::Database& database, std::string_view path) {
  const int application = database.execAndGet("PRAGMA application_id").getInt();
  const int version = database.execAndGet("PRAGMA user_version").getInt();
  const bool empty = database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0;
  if (application != store_application_id && !(empty && application == 0))
    throw StoreError(fmt::format(
        "{}: a database, but not one that oddport wrote; name another file for --db", path));
  if (version > schema_version())
    throw StoreError(
        fmt::format("{}: written by a newer oddport (schema {}, this one knows {}); use that one",
                    path, version, schema_version()));
}

void migrate(SQLite::Database& database, std::string_view path) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  // Asked again: another program may have been faster.
  check_owner(database, path);
  const int version = database.execAndGet("PRAGMA user_version").getInt();
  for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step)
    database.exec(steps.at(step));
  database.exec(fmt::format("PRAGMA application_id = {}", store_application_id));
  database.exec(fmt::format("PRAGMA user_version = {}", schema_version()));
  transaction.commit();
}

}  // namespace oddport
