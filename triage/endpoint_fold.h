// Folds the flows of one server endpoint that carry the same protocol into one record, in bounded
// memory.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "classify/observation.h"
#include "classify/verdict.h"

namespace oddport {

struct EndpointRecord {
  // Times and traffic span all flows; source and origin are those of the first flow, client is the
  // one whose verdict was kept. Messages, exchange and rhythm belong to single flows and are empty.
  Observation observation;
  // The best of all flows: the most certain; of equally certain ones the oddest; of those the
  // first.
  Verdict verdict;
  std::uint64_t flows = 0;
  std::uint64_t clients = 0;  // distinct client addresses
  bool more_clients = false;  // `clients` is a lower bound: the limit of remembered clients was met
};

struct FoldLimits {
  std::size_t endpoints = 100'000;
  std::size_t clients = 500'000;  // pairs of endpoint and client address, over all endpoints
};

struct FoldCounts {
  std::uint64_t records = 0;  // handed out
  std::uint64_t unfolded =
      0;  // of these, single flows handed out as they came because the fold was full
};

// Flows belong together where server, transport, role and protocol agree; flows without a protocol
// where their label does, so that mute flows never hide behind unknown payload. Beyond the limit
// nothing is lost: a flow of a new endpoint is handed out at once as a record of its own, and
// counted as unfolded.
class EndpointFold {
 public:
  // The views in the record hold during the call only.
  using Sink = std::function<void(const EndpointRecord&)>;

  EndpointFold(FoldLimits limits, Sink sink);

  // The verdict's protocol and assignment must be views of text that outlives the fold, as those of
  // the classifier are.
  void add(const Observation& observation, const Verdict& verdict);
  // Hands out all records, ordered by server address and port, and begins anew.
  void finish();
  // All records as they are by now, in the same order, to another sink; goes on as if nothing had been.
  void look(const Sink& sink) const;
  const FoldCounts& counts() const { return counts_; }

 private:
  struct Key {
    Endpoint server;
    Transport transport = Transport::tcp;
    Role role = Role::service;
    std::string_view protocol;
    Label unnamed = Label::unknown;  // tells flows without a protocol apart

    // NOLINTNEXTLINE(modernize-use-nullptr): taken for a comparison with 0 by clang-tidy 14
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Slot {
    EndpointRecord record;
    std::set<IpAddress> clients;
  };

  static Key key_of(const Observation& observation, const Verdict& verdict);
  EndpointRecord begin(const Observation& observation, const Verdict& verdict);
  void count_client(Slot& slot, const IpAddress& client);
  void hand_out(const EndpointRecord& record);

  FoldLimits limits_;
  Sink sink_;
  FoldCounts counts_;
  // Ordered containers: no stranger's choice of addresses makes them slow, and the order of the
  // output is settled.
  std::map<Key, Slot> slots_;
  std::size_t remembered_clients_ = 0;
  std::set<std::string, std::less<>>
      origins_;  // backs the records' origin; as many as there are files
};

}  // namespace oddport
