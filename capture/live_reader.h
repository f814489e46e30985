// Reads interfaces as they are: packets in, flows out as they end or go on, in time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "capture/crew.h"
#include "capture/decoder.h"
#include "capture/early_flows.h"
#include "capture/flow_outlet.h"
#include "capture/flow_reader.h"
#include "capture/flow_table.h"
#include "capture/libpcap_interface.h"
#include "capture/packet_keeper.h"
#include "classify/port_set.h"

namespace oddport {

struct LiveOptions {
  FlowLimits limits;
  Time patience = 2'000'000'000;   // see EarlyFlows
  std::uint64_t most_packets = 0;  // on watched ports, after which no more are taken; 0: no bound
};

// Each interface has flows of its own: a packet that crosses two of them is told on both, and clocks never disagree.
class LiveReader {
 public:
  // Judge and sink are called on other threads, until finish() returns, also for copies of flows that go on (Observation::ongoing). The
  // observation's origin is the interface's name. `keeper` may be null.
  LiveReader(std::vector<std::unique_ptr<LibpcapInterface>> interfaces, const PortSet& watched,
             const LiveOptions& options, PacketKeeper* keeper, FlowOutlet::Judge judge,
             FlowOutlet::Sink sink);

  // Reads until no interface is left, or until `proceed`, which is asked ten times a second at least, says no; then what had come by
  // that time.
  void read(const std::function<bool()>& proceed);
  // Hands out the flows that are still open, and waits until the sink has seen all.
  void finish();

  const std::vector<std::unique_ptr<LibpcapInterface>>& interfaces() const { return interfaces_; }
  // The interface of that name, counted from 0.
  std::size_t number_of(std::string_view interface) const;
  const PacketCounts& packets() const { return counts_; }
  std::uint64_t evicted() const;
  bool is_full() const {
    return options_.most_packets > 0 && counts_.watched >= options_.most_packets;
  }

 private:
  // What belongs to one interface.
  struct Channel {
    Channel(const LiveOptions& options)
        : flows(std::make_unique<FlowTable>(options.limits)), early(options.patience) {}

    Decoder decoder;
    std::unique_ptr<FlowTable> flows;
    EarlyFlows early;
    Time latest = 0;  // of its packets
  };

  // False where no interface is left.
  bool wait();
  // Packets that waited in the interface, or some of them; how many.
  std::size_t read_some(std::size_t number);
  void read_rest();
  void take(const Packet& packet, std::size_t number);
  void begin_anew(Channel& channel, Time time);
  void tick();

  std::vector<std::unique_ptr<LibpcapInterface>> interfaces_;
  PortSet watched_;
  PortSet to_decode_;
  LiveOptions options_;
  PacketKeeper* keeper_;
  std::vector<Channel> channels_;
  PacketCounts counts_;
  std::uint64_t evicted_before_ = 0;  // by tables that are gone
  Crew crew_;
  FlowOutlet outlet_;
};

}  // namespace oddport
