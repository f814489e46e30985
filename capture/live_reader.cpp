#include "capture/live_reader.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "capture/port_peek.h"

namespace oddport {

namespace {

constexpr int tick_ms = 100;
constexpr std::size_t most_at_once = 4096;  // of one interface, before the next has its turn
// A clock that is set back further than this begins a new time; less is the disorder of packets.
constexpr Time most_disorder = 10'000'000'000;
// Packets wait in the kernel's ring for a while: flows may not time out before those were looked at.
constexpr Time ring_delay = 1'000'000'000;

Time wall_clock() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

LiveReader::LiveReader(std::vector<std::unique_ptr<LibpcapInterface>> interfaces,
                       const PortSet& watched, const LiveOptions& options, PacketKeeper* keeper,
                       FlowOutlet::Judge judge, FlowOutlet::Sink sink)
    : interfaces_(std::move(interfaces)),
      watched_(watched),
      to_decode_(ports_to_decode(watched)),
      options_(options),
      keeper_(keeper),
      outlet_(crew_, std::move(judge), std::move(sink)) {
  channels_.reserve(interfaces_.size());
  for (std::size_t i = 0; i < interfaces_.size(); ++i) channels_.emplace_back(options_);
}

void LiveReader::read(const std::function<bool()>& proceed) {
  auto next_tick = std::chrono::steady_clock::now();
  while (proceed() && !is_full() && wait()) {
    for (std::size_t i = 0; i < interfaces_.size(); ++i) read_some(i);
    const auto now = std::chrono::steady_clock::now();
    if (now < next_tick) continue;
    next_tick = now + std::chrono::milliseconds(tick_ms);
    tick();
  }
  if (!is_full()) read_rest();
}

std::size_t LiveReader::read_some(std::size_t number) {
  if (!interfaces_[number]->alive()) return 0;
  return interfaces_[number]->read(most_at_once,
                                   [&](const Packet& packet) { take(packet, number); });
}

// The last packets lie in a block that is not full, which the kernel keeps for a while. Where more come as fast as they are read,
// it is not for ever.
void LiveReader::read_rest() {
  std::this_thread::sleep_for(std::chrono::milliseconds(2 * LibpcapInterface::block_timeout_ms));
  constexpr int most_rounds = 256;
  for (std::size_t i = 0; i < interfaces_.size(); ++i)
    for (int round = 0; round < most_rounds && !is_full() && read_some(i) > 0; ++round) {
    }
}

bool LiveReader::wait() {
  std::vector<pollfd> waiting;
  for (const auto& one : interfaces_)
    if (one->alive()) waiting.push_back({one->descriptor(), POLLIN, 0});
  if (waiting.empty()) return false;
  ::poll(waiting.data(), waiting.size(), tick_ms);
  return true;
}

void LiveReader::take(const Packet& packet, std::size_t number) {
  ++counts_.packets;
  counts_.bytes += packet.bytes.size();
  if (is_full() || !may_touch(packet, to_decode_)) return;
  Channel& channel = channels_[number];
  Segment segment;
  const Decoded outcome = channel.decoder.decode(packet, segment);
  ++counts_.decoded[static_cast<std::size_t>(outcome)];
  if (outcome != Decoded::segment) return;
  if (!watched_.contains(segment.source.port) && !watched_.contains(segment.destination.port))
    return;
  ++counts_.watched;
  if (segment.time < channel.latest - most_disorder) begin_anew(channel, segment.time);
  // Queues of one card may be a little out of step; a flow's beginning, by which it is known, shall not move.
  channel.latest = segment.time = std::max(channel.latest, segment.time);
  const Flow& flow = channel.flows->add(segment, interfaces_[number]->name());
  channel.early.note(flow, segment);
  if (keeper_ != nullptr) keeper_->add({flow.key, flow.first, number}, packet);
}

// The clock was set back: what began before it would never seem to end.
void LiveReader::begin_anew(Channel& channel, Time time) {
  channel.flows->finish();
  outlet_.put(channel.flows->take_ended());
  evicted_before_ += channel.flows->counts().evicted;
  channel.flows = std::make_unique<FlowTable>(options_.limits);
  channel.early = EarlyFlows(options_.patience);
  channel.latest = time;
}

void LiveReader::tick() {
  const Time now = wall_clock();
  for (Channel& channel : channels_) {
    channel.flows->advance(now - ring_delay);
    std::list<Flow> ended = channel.flows->take_ended();
    ended.splice(ended.end(), channel.early.take(now, *channel.flows));
    if (!ended.empty()) channel.flows->reuse(outlet_.put(std::move(ended)));
  }
  outlet_.hurry();
  if (keeper_ != nullptr) keeper_->flush();
}

void LiveReader::finish() {
  for (Channel& channel : channels_) {
    channel.flows->finish();
    outlet_.put(channel.flows->take_ended());
  }
  outlet_.finish();
  if (keeper_ != nullptr) keeper_->flush();
}

std::size_t LiveReader::number_of(std::string_view interface) const {
  for (std::size_t i = 0; i < interfaces_.size(); ++i)
    if (interfaces_[i]->name() == interface) return i;
  return 0;
}

std::uint64_t LiveReader::evicted() const {
  std::uint64_t evicted = evicted_before_;
  for (const Channel& channel : channels_) evicted += channel.flows->counts().evicted;
  return evicted;
}

}  // namespace oddport
