// What `--db FILE` is to a command: it keeps every observation with its verdict, and goes on without where it no longer can.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "classify/observation.h"
#include "classify/verdict.h"
#include "cli/messages.h"
#include "store/observation_writer.h"
#include "store/store.h"
#include "triage/endpoint_view.h"
#include "triage/sighting.h"

namespace oddport {

class Memory {
 public:
  enum class Recall : bool { nothing, endpoints };

  // An empty path: nothing is kept. Throws StoreError where the database cannot be opened, so that nobody waits for the end of a long
  // reading to learn of it.
  explicit Memory(const std::string& path, Recall recall = Recall::nothing);

  // Whether anything was kept of the endpoint before this run, with Recall::endpoints.
  bool knows(const EndpointKey& key) const;

  // This machine's addresses, for the sockets that listen on all of them; before the first keep().
  void live_at(std::span<const IpAddress> addresses);

  // From any thread, one at a time. What this machine knows of its own listeners is taken from the observation. Sockets of other network namespaces that
  // nobody outside can name, those on all addresses or on the loopback interface, are left out.
  void keep(const Observation& observation, const Verdict& verdict, Sighting sighting = {});
  // Waits until everything is safe and added up. Call it once, after the last keep().
  void finish();

  // Why something was not kept; empty while all is well.
  const std::string& error() const { return error_; }
  // "office.db: 12 observations kept, 3 judged anew, 40 known already"; empty where nothing is kept.
  std::string summary() const;
  // Both, the summary unless `quiet`.
  void tell(Messages& messages, bool quiet) const;

 private:
  std::string path_;
  std::unique_ptr<Store> store_;
  std::vector<EndpointKey> known_;  // in order
  std::unique_ptr<ObservationWriter> writer_;
  std::string error_;
};

}  // namespace oddport
