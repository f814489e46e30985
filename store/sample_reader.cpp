#include "store/sample_reader.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <algorithm>

#include "store/observation_key.h"
#include "store/service_rows.h"

namespace oddport {

namespace {

constexpr const char* select_samples =
    "SELECT e.transport, e.ip, e.port, y.label, y.protocol, s.client, s.server, s.turns, s.flags "
    "FROM sample s JOIN observation o ON o.id = s.observation JOIN saying y ON y.id = o.saying "
    "JOIN endpoint e ON e.id = o.endpoint WHERE (y.protocol <> '') = ? "
    "ORDER BY s.observation DESC LIMIT ?";

// "y.protocol" is empty of what is silent, too, but no beginning of that is kept.
constexpr const char* select_unknown =
    "SELECT o.first, o.last, o.client, o.client_port, o.basis, o.client_packets, o.client_bytes, "
    "o.server_packets, o.server_bytes, g.name, e.ip, e.port, e.transport, y.source, y.state, "
    "y.process, s.client, s.server, s.turns, s.flags FROM sample s "
    "JOIN observation o ON o.id = s.observation JOIN saying y ON y.id = o.saying "
    "JOIN endpoint e ON e.id = o.endpoint JOIN origin g ON g.id = o.origin "
    "WHERE y.protocol = '' ORDER BY s.observation";

template <typename Enumeration>
Enumeration enumeration(int value, Enumeration last) {
  return static_cast<Enumeration>(std::clamp(value, 0, static_cast<int>(last)));
}

// A row of select_unknown, and what its observation refers to.
struct KeptFlow {
  std::string origin;
  std::string process;
  SampleCode code;
  Observation seen;
  Sighting sighting;

  void read(SQLite::Statement& row) {
    seen.first = row.getColumn(0).getInt64();
    seen.last = row.getColumn(1).getInt64();
    seen.client.ip = address_of(blob_of(row.getColumn(2)));
    seen.client.port = static_cast<std::uint16_t>(row.getColumn(3).getInt());
    seen.basis = enumeration(row.getColumn(4).getInt(), RoleBasis::first_packet);
    seen.from_client = {count_of(row.getColumn(5)), count_of(row.getColumn(6))};
    seen.from_server = {count_of(row.getColumn(7)), count_of(row.getColumn(8))};
    origin = row.getColumn(9).getString();
    seen.origin = origin;
    seen.server.ip = address_of(blob_of(row.getColumn(10)));
    seen.server.port = static_cast<std::uint16_t>(row.getColumn(11).getInt());
    seen.transport = enumeration(row.getColumn(12).getInt(), Transport::udp);
    seen.source = enumeration(row.getColumn(13).getInt(), Source::host);
    process = row.getColumn(15).getString();
    sighting = {.state = enumeration(row.getColumn(14).getInt(), Reachability::filtered),
                .process = process};
    code.client = blob_of(row.getColumn(16)).substr(0, SampleCode::most_bytes);
    code.server = blob_of(row.getColumn(17)).substr(0, SampleCode::most_bytes);
    code.turns = blob_of(row.getColumn(18));
    code.flags = row.getColumn(19).getInt();
    seen.exchange = decode_sample(code, seen.transport, seen.messages);
  }
};

}  // namespace

void read_unknown_flows(Store& store,
                        const std::function<void(Observation&, const Sighting&)>& take) {
  store.guard([&] {
    SQLite::Statement select(store.database(), select_unknown);
    while (select.executeStep()) {
      KeptFlow flow;
      flow.read(select);
      take(flow.seen, flow.sighting);
    }
  });
}

std::vector<Sample> read_samples(Store& store, Named named, std::size_t most) {
  std::vector<Sample> samples;
  store.guard([&] {
    SQLite::Statement select(store.database(), select_samples);
    select.bind(1, named == Named::yes ? 1 : 0);
    select.bind(2, static_cast<std::int64_t>(most));
    while (select.executeStep()) {
      Sample& sample = samples.emplace_back();
      sample.transport = select.getColumn(0).getInt() == 0 ? Transport::tcp : Transport::udp;
      sample.server.ip = address_of(blob_of(select.getColumn(1)));
      sample.server.port = static_cast<std::uint16_t>(select.getColumn(2).getInt());
      sample.label = static_cast<Label>(
          std::clamp(select.getColumn(3).getInt(), 0, static_cast<int>(Label::unknown)));
      sample.protocol = select.getColumn(4).getString();
      sample.code.client = blob_of(select.getColumn(5)).substr(0, SampleCode::most_bytes);
      sample.code.server = blob_of(select.getColumn(6)).substr(0, SampleCode::most_bytes);
      sample.code.turns = blob_of(select.getColumn(7));
      sample.code.flags = select.getColumn(8).getInt();
    }
  });
  return samples;
}

}  // namespace oddport
