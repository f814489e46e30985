// One thread that turns work into probes: picks the pairs that are open yet, writes their packets, keeps to the rate and sends.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "probe/address_set.h"
#include "probe/cookie.h"
#include "probe/discovery.h"
#include "probe/paths.h"
#include "probe/probe_order.h"
#include "probe/rate_limiter.h"
#include "probe/source_ports.h"
#include "probe/transmitter.h"
#include "probe/udp_questions.h"
#include "probe/work_queue.h"

namespace oddport {

// What all senders of a scan have in common.
struct SenderContext {
  const ProbeOrder& order;
  const Paths& paths;
  const UdpQuestions& questions;
  const SourcePorts& ports;
  const CookieKey& key;
  const DiscoveryOptions& options;
  RateLimiter& limiter;
  WorkQueue& queue;
  std::int64_t began;  // steady clock

  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> retransmitted{0};
  std::atomic<std::uint64_t> refused{0};
  std::mutex frames_mutex{};  // guards options.frames
};

class Sender {
 public:
  // Opens its sockets, or says in `error` why not.
  Sender(SenderContext& context, std::string& error);

  // Works until the queue is closed.
  void run();

 private:
  void attempt(const Work& work, Done& done);
  void ask(const Work& work, std::uint32_t i, Done& done);
  void echo(const Work& work, Done& done);
  // Writes one probe; how it goes if there is a way.
  Path::Kind write(const Target& target, unsigned attempt);
  bool pending() const { return pending_ > 0; }
  // Waits for the rate's permission and sends what was written. False where it could not be sent.
  bool flush(const Work& work, Done& done);
  void wait_until(std::int64_t moment) const;
  void show_frames();
  std::size_t batch_size() const;

  SenderContext& context_;
  std::vector<Transmitter> transmitters_;  // by way
  std::shared_ptr<const AddressSet> exclusions_;
  std::vector<std::uint32_t> written_;  // pairs of the block in the batch
  std::size_t pending_ = 0;
  std::uint16_t identification_ = 0;
};

// How many attempts a work's settings allow a target.
unsigned attempts_allowed(const Work& work, const Target& target, const UdpQuestions& questions);

}  // namespace oddport
