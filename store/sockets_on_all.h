// The sockets of this machine that listen on all of its addresses, beside the addresses under which others met them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "store/endpoint_reader.h"
#include "store/service_rows.h"

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own
class Database;
}

namespace oddport {

class SocketsOnAll {
 public:
  // Of the flows that began in the span.
  SocketsOnAll(SQLite::Database& database, DaySpan span);

  // The endpoint is such a socket, and is told where others met it.
  bool is_told_elsewhere(std::int64_t endpoint) const { return told_elsewhere_.contains(endpoint); }
  // What such a socket says of the endpoint, if it is one of this machine's.
  void add(std::int64_t endpoint, std::vector<Service>& services) const;

 private:
  std::set<std::int64_t> told_elsewhere_;
  std::map<std::int64_t, std::vector<Service>> by_endpoint_;
};

}  // namespace oddport
