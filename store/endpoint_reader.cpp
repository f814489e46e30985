#include "store/endpoint_reader.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <algorithm>

#include "store/observation_key.h"
#include "store/rollup.h"
#include "store/service_rows.h"
#include "store/sockets_on_all.h"
#include "store/starts_code.h"
#include "triage/finding.h"

namespace oddport {

namespace {

// A number that a file gives for an enumeration whose last value this is.
template <typename Enumeration>
Enumeration enumeration(int value, Enumeration last) {
  return static_cast<Enumeration>(std::clamp(value, 0, static_cast<int>(last)));
}

// Three tables side by side, each in the order of the endpoints: nothing is looked up.
class EndpointReader {
 public:
  EndpointReader(SQLite::Database& database, DaySpan span, WithPairs with_pairs)
      : database_(database),
        with_pairs_(with_pairs == WithPairs::yes),
        rows_(database),
        sockets_(database, span) {
    services_.bind(1, span.first);
    services_.bind(2, span.last);
  }

  void run(const std::function<void(const EndpointView&)>& take);

 private:
  bool find_endpoint(EndpointView& view);
  void add_pairs(EndpointView& view);

  SQLite::Database& database_;
  bool with_pairs_;
  bool at_pair_ = false;
  ServiceRows rows_;
  SocketsOnAll sockets_;
  SQLite::Statement services_{
      database_, std::string("SELECT ") + ServiceRows::columns +
                     " FROM service WHERE day BETWEEN ? AND ? ORDER BY endpoint, saying, day"};
  SQLite::Statement endpoints_{database_,
                               "SELECT id, ip, port, transport, role FROM endpoint ORDER BY id"};
  SQLite::Statement pairs_{database_,
                           "SELECT endpoint, client, flows, first, last, client_bytes, "
                           "server_bytes, starts FROM pair ORDER BY endpoint, client"};
};

bool EndpointReader::find_endpoint(EndpointView& view) {
  while (endpoints_.executeStep()) {
    if (endpoints_.getColumn(0).getInt64() != view.id) continue;
    view.key.server.ip = address_of(blob_of(endpoints_.getColumn(1)));
    view.key.server.port = static_cast<std::uint16_t>(endpoints_.getColumn(2).getInt());
    view.key.transport = enumeration(endpoints_.getColumn(3).getInt(), Transport::udp);
    view.key.role = enumeration(endpoints_.getColumn(4).getInt(), Role::client_port);
    return true;
  }
  return false;
}

void EndpointReader::add_pairs(EndpointView& view) {
  if (!at_pair_) at_pair_ = pairs_.executeStep();
  while (at_pair_) {
    const std::int64_t endpoint = pairs_.getColumn(0).getInt64();
    if (endpoint > view.id) return;
    if (endpoint == view.id) {
      Pair& pair = view.pairs.emplace_back();
      pair.client = address_of(blob_of(pairs_.getColumn(1)));
      pair.flows = count_of(pairs_.getColumn(2));
      pair.first = pairs_.getColumn(3).getInt64();
      pair.last = pairs_.getColumn(4).getInt64();
      pair.client_bytes = count_of(pairs_.getColumn(5));
      pair.server_bytes = count_of(pairs_.getColumn(6));
      const SQLite::Column starts = pairs_.getColumn(7);
      decode_starts(
          {static_cast<const char*>(starts.getBlob()), static_cast<std::size_t>(starts.getBytes())},
          pair.starts);
    }
    at_pair_ = pairs_.executeStep();
  }
  with_pairs_ = false;  // none is left, and SQLite must not be asked again
}

void EndpointReader::run(const std::function<void(const EndpointView&)>& take) {
  EndpointView view;
  const auto hand_out = [&] {
    if (view.services.empty() || sockets_.is_told_elsewhere(view.id) || !find_endpoint(view))
      return;
    sockets_.add(view.id, view.services);
    if (with_pairs_) add_pairs(view);
    take(view);
  };
  while (services_.executeStep()) {
    const std::int64_t endpoint = services_.getColumn(0).getInt64();
    if (endpoint != view.id) {
      hand_out();
      view = {};
      view.id = endpoint;
    }
    rows_.add(services_, view.services);
  }
  hand_out();
}

}  // namespace

void read_endpoints(Store& store, DaySpan span, WithPairs pairs,
                    const std::function<void(const EndpointView&)>& take) {
  roll_up(store);
  store.guard([&] { EndpointReader(store.database(), span, pairs).run(take); });
}

std::vector<EndpointKey> seen_endpoints(Store& store) {
  std::vector<EndpointKey> keys;
  store.guard([&] {
    SQLite::Statement all(store.database(),
                          "SELECT ip, port, transport FROM endpoint WHERE role = ?");
    all.bind(1, static_cast<int>(Role::service));
    while (all.executeStep()) {
      EndpointKey& key = keys.emplace_back();
      key.server.ip = address_of(blob_of(all.getColumn(0)));
      key.server.port = static_cast<std::uint16_t>(all.getColumn(1).getInt());
      key.transport = enumeration(all.getColumn(2).getInt(), Transport::udp);
    }
  });
  std::ranges::sort(keys);
  return keys;
}

std::string reason_of(Store& store, std::int64_t note) {
  std::string reason;
  store.guard([&] {
    SQLite::Statement find(store.database(), "SELECT reason FROM note WHERE id = ?");
    find.bind(1, note);
    if (find.executeStep()) reason = find.getColumn(0).getString();
  });
  return reason;
}

std::vector<EndpointKey> endpoints_labelled(Store& store, std::span<const Label> labels) {
  std::vector<EndpointKey> keys;
  read_endpoints(store, {}, WithPairs::no, [&](const EndpointView& view) {
    const Service* lead = lead_of(view.services);
    if (view.key.role != Role::service || lead == nullptr) return;
    if (std::ranges::find(labels, lead->label) != labels.end()) keys.push_back(view.key);
  });
  return keys;
}

}  // namespace oddport
