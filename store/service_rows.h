// The rows of a store's sums, as what one side said of an endpoint.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "triage/endpoint_view.h"

namespace oddport {

class ServiceRows {
 public:
  // What a query of the table `service` is to select, in the order of add().
  static constexpr const char* columns =
      "endpoint, saying, flows, first, last, longest, client_packets, client_bytes, "
      "server_packets, server_bytes, random, gaps, gap_mean, port, note";

  explicit ServiceRows(SQLite::Database& database);

  // Rows of one saying that follow each other are one service, whatever their days.
  void add(SQLite::Statement& row, std::vector<Service>& services);

 private:
  std::map<std::int64_t, Service> sayings_;  // with nothing but what the saying tells
  std::int64_t last_saying_ = 0;
};

// What a file gives for octets and counts, within bounds.
std::string blob_of(const SQLite::Column& column);
std::uint64_t count_of(const SQLite::Column& column);

}  // namespace oddport
