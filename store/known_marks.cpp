#include "store/known_marks.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <algorithm>

#include "store/observation_key.h"

namespace oddport {

namespace {

void bind_key(SQLite::Statement& statement, const EndpointKey& key) {
  const std::string ip = octets_of(key.server.ip);
  statement.bind(1, ip.data(), static_cast<int>(ip.size()));
  statement.bind(2, static_cast<int>(key.server.port));
  statement.bind(3, static_cast<int>(key.transport));
  statement.bind(4, static_cast<int>(key.role));
}

}  // namespace

KnownThing known_thing(const Finding& finding) {
  return {.key = finding.key,
          .label = finding.lead.label,
          .protocol = finding.lead.protocol,
          .process = finding.process};
}

std::vector<KnownMark> known_marks(Store& store) {
  std::vector<KnownMark> marks;
  store.guard([&] {
    SQLite::Statement all(
        store.database(),
        "SELECT ip, port, transport, role, label, protocol, process, who, at, why FROM known");
    while (all.executeStep()) {
      KnownMark& mark = marks.emplace_back();
      const SQLite::Column ip = all.getColumn(0);
      mark.thing.key.server.ip = address_of(
          {static_cast<const char*>(ip.getBlob()), static_cast<std::size_t>(ip.getBytes())});
      mark.thing.key.server.port = static_cast<std::uint16_t>(all.getColumn(1).getInt());
      mark.thing.key.transport = all.getColumn(2).getInt() == 0 ? Transport::tcp : Transport::udp;
      mark.thing.key.role = all.getColumn(3).getInt() == 0 ? Role::service : Role::client_port;
      mark.thing.label = static_cast<Label>(
          std::clamp(all.getColumn(4).getInt(), 0, static_cast<int>(Label::unknown)));
      mark.thing.protocol = all.getColumn(5).getString();
      mark.thing.process = all.getColumn(6).getString();
      mark.who = all.getColumn(7).getString();
      mark.at = all.getColumn(8).getInt64();
      mark.why = all.getColumn(9).getString();
    }
  });
  std::ranges::sort(marks, {}, &KnownMark::thing);
  return marks;
}

void add_mark(Store& store, const KnownMark& mark) {
  store.guard([&] {
    SQLite::Statement add(store.database(),
                          "INSERT OR REPLACE INTO known (ip, port, transport, role, label, "
                          "protocol, process, who, at, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_key(add, mark.thing.key);
    add.bind(5, static_cast<int>(mark.thing.label));
    add.bind(6, mark.thing.protocol);
    add.bind(7, mark.thing.process);
    add.bind(8, mark.who);
    add.bind(9, mark.at);
    add.bind(10, mark.why);
    add.exec();
  });
}

std::size_t remove_marks(Store& store, const EndpointKey& key) {
  int removed = 0;
  store.guard([&] {
    SQLite::Statement remove(
        store.database(),
        "DELETE FROM known WHERE ip = ? AND port = ? AND transport = ? AND role = ?");
    bind_key(remove, key);
    removed = remove.exec();
  });
  return static_cast<std::size_t>(removed);
}

}  // namespace oddport
