#include "store/service_rows.h"

#include <SQLiteCpp/Database.h>

#include <algorithm>
#include <utility>

namespace oddport {

namespace {

// A number that a file gives for an enumeration whose last value this is.
template <typename Enumeration>
Enumeration enumeration(int value, Enumeration last) {
  return static_cast<Enumeration>(std::clamp(value, 0, static_cast<int>(last)));
}

void add_sums(SQLite::Statement& row, Service& service) {
  service.flows = count_of(row.getColumn(2));
  service.first = row.getColumn(3).getInt64();
  service.last = row.getColumn(4).getInt64();
  service.longest = row.getColumn(5).getInt64();
  service.from_client = {count_of(row.getColumn(6)), count_of(row.getColumn(7))};
  service.from_server = {count_of(row.getColumn(8)), count_of(row.getColumn(9))};
  service.random = count_of(row.getColumn(10));
  service.steady_gaps = count_of(row.getColumn(11));
  service.steady_mean = row.getColumn(12).getDouble();
  service.port = static_cast<std::uint16_t>(row.getColumn(13).getInt());
  service.note = row.getColumn(14).getInt64();
}

void add_day(const Service& day, Service& sum) {
  sum.flows += day.flows;
  sum.first = std::min(sum.first, day.first);
  sum.last = std::max(sum.last, day.last);
  sum.longest = std::max(sum.longest, day.longest);
  sum.from_client.packets += day.from_client.packets;
  sum.from_client.bytes += day.from_client.bytes;
  sum.from_server.packets += day.from_server.packets;
  sum.from_server.bytes += day.from_server.bytes;
  sum.random += day.random;
  if (day.steady_gaps > sum.steady_gaps) {
    sum.steady_gaps = day.steady_gaps;
    sum.steady_mean = day.steady_mean;
  }
}

}  // namespace

std::string blob_of(const SQLite::Column& column) {
  return {static_cast<const char*>(column.getBlob()), static_cast<std::size_t>(column.getBytes())};
}

std::uint64_t count_of(const SQLite::Column& column) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(column.getInt64(), 0));
}

ServiceRows::ServiceRows(SQLite::Database& database) {
  SQLite::Statement all(
      database, "SELECT id, source, state, label, certainty, era, protocol, process FROM saying");
  while (all.executeStep()) {
    Service& said = sayings_[all.getColumn(0).getInt64()];
    said.source = enumeration(all.getColumn(1).getInt(), Source::host);
    said.state = enumeration(all.getColumn(2).getInt(), Reachability::filtered);
    said.label = enumeration(all.getColumn(3).getInt(), Label::unknown);
    said.certainty = enumeration(all.getColumn(4).getInt(), Certainty::confirmed);
    if (const int era = all.getColumn(5).getInt(); era >= 0)
      said.era = enumeration(era, Era::obsolete);
    said.protocol = all.getColumn(6).getString();
    said.process = all.getColumn(7).getString();
  }
}

void ServiceRows::add(SQLite::Statement& row, std::vector<Service>& services) {
  const std::int64_t saying = row.getColumn(1).getInt64();
  const bool another_day = !services.empty() && saying == last_saying_;
  last_saying_ = saying;
  Service service;
  if (const auto said = sayings_.find(saying); said != sayings_.end()) service = said->second;
  add_sums(row, service);
  if (another_day)
    add_day(service, services.back());
  else
    services.push_back(std::move(service));
}

}  // namespace oddport
