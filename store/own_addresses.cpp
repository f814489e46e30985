#include "store/own_addresses.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <string>

#include "store/observation_key.h"

namespace oddport {

void keep_own_addresses(Store& store, std::span<const IpAddress> addresses) {
  store.guard([&] {
    SQLite::Transaction transaction(store.database(), SQLite::TransactionBehavior::IMMEDIATE);
    store.database().exec("DELETE FROM own_address");
    SQLite::Statement add(store.database(), "INSERT OR IGNORE INTO own_address VALUES (?)");
    for (const IpAddress& address : addresses) {
      const std::string ip = octets_of(address);
      add.bind(1, ip.data(), static_cast<int>(ip.size()));
      add.exec();
      add.reset();
    }
    transaction.commit();
  });
}

}  // namespace oddport
