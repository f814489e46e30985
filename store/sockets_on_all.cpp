#include "store/sockets_on_all.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

namespace oddport {

namespace {

// A socket on all addresses of its family (w) and an endpoint of this machine (e) at which something was seen. One that listens on all of IPv6 takes
// IPv4 as well, unless another listens there.
constexpr const char* select_meetings =
    "SELECT w.id, e.id FROM own_address a CROSS JOIN endpoint w CROSS JOIN endpoint e "
    "WHERE w.role = 0 AND w.ip IN (x'00000000', x'00000000000000000000000000000000') "
    "AND e.ip = a.ip AND e.port = w.port AND e.transport = w.transport AND e.role = 0 "
    "AND (length(w.ip) = length(a.ip) OR length(a.ip) = 4 AND NOT EXISTS "
    "(SELECT 1 FROM endpoint v WHERE v.ip = x'00000000' AND v.port = w.port AND "
    "v.transport = w.transport AND v.role = 0)) AND EXISTS "
    "(SELECT 1 FROM service s WHERE s.endpoint = e.id AND s.day BETWEEN ? AND ?)";

}  // namespace

SocketsOnAll::SocketsOnAll(SQLite::Database& database, DaySpan span) {
  ServiceRows rows(database);
  SQLite::Statement services(
      database,
      std::string("SELECT ") + ServiceRows::columns +
          " FROM service WHERE endpoint = ? AND day BETWEEN ? AND ? ORDER BY saying, day");
  SQLite::Statement meetings(database, select_meetings);
  meetings.bind(1, span.first);
  meetings.bind(2, span.last);
  while (meetings.executeStep()) {
    const std::int64_t socket = meetings.getColumn(0).getInt64();
    services.bind(1, socket);
    services.bind(2, span.first);
    services.bind(3, span.last);
    std::vector<Service> said;
    while (services.executeStep()) rows.add(services, said);
    services.reset();
    if (said.empty()) continue;
    told_elsewhere_.insert(socket);
    by_endpoint_[meetings.getColumn(1).getInt64()] = std::move(said);
  }
}

void SocketsOnAll::add(std::int64_t endpoint, std::vector<Service>& services) const {
  const auto found = by_endpoint_.find(endpoint);
  if (found != by_endpoint_.end())
    services.insert(services.end(), found->second.begin(), found->second.end());
}

}  // namespace oddport
