#include "probe/discovery.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "probe/block_plan.h"
#include "probe/clock.h"
#include "probe/loss_meter.h"
#include "probe/paths.h"
#include "probe/probe_order.h"
#include "probe/rate_control.h"
#include "probe/rate_limiter.h"
#include "probe/receiver.h"
#include "probe/reply.h"
#include "probe/reset_sink.h"
#include "probe/round_trip.h"
#include "probe/sender.h"
#include "probe/udp_questions.h"

namespace oddport {
namespace {

constexpr std::int64_t tick = 50'000'000;
// How long an interface may be down before the scan ends, and how often it is tried meanwhile.
constexpr std::int64_t patience = 3'000'000'000;
constexpr std::int64_t between_tries = 200'000'000;
constexpr double unlimited = 1e9;

CookieKey random_key() {
  CookieKey key{};
  if (::getrandom(key.data(), sizeof key, 0) != sizeof key)
    key = {static_cast<std::uint64_t>(steady_nanoseconds()),
           static_cast<std::uint64_t>(wall_time())};
  return key;
}

// IPv4 /24 or IPv6 /64 networks that the targets lie in, at least 1.
double networks_of(const TargetSet& targets) {
  double networks = 0;
  for (const AddressRange& range : targets.hosts().ranges()) {
    networks += range.first.is_v4()
                    ? (range.last.v4_value() >> 8) - (range.first.v4_value() >> 8) + 1.0
                    : static_cast<double>(range.last.high() - range.first.high()) + 1.0;
  }
  return std::max(networks, 1.0);
}

double highest_rate(const TargetSet& targets, const DiscoveryOptions& options) {
  if (options.rate == DiscoveryOptions::rate_max || options.dry_run) return unlimited;
  if (options.rate != DiscoveryOptions::rate_auto) return static_cast<double>(options.rate);
  return std::min(
      static_cast<double>(options.per_host) * static_cast<double>(targets.hosts().size()),
      static_cast<double>(options.per_network) * networks_of(targets));
}

std::size_t sender_count(double rate) {
  constexpr double one_is_enough = 150'000;
  constexpr unsigned most = 4;
  if (rate <= one_is_enough) return 1;
  return std::clamp(std::thread::hardware_concurrency(), 1u, most);
}

// At low rates blocks are small, so that little is asked again after an interruption.
std::uint32_t block_size(double rate) {
  return static_cast<std::uint32_t>(
      std::clamp(rate / 20, 16.0, static_cast<double>(Block::max_count)));
}

unsigned most_udp_questions(const TargetSet& targets, const UdpQuestions& questions) {
  unsigned most = 0;
  for (std::uint64_t i = 0; i < targets.ports_per_host(); ++i) {
    const Target target = targets.at(i);
    if (target.transport == Transport::udp) most = std::max(most, questions.count(target.port));
  }
  return most;
}

}  // namespace

class Discovery::Scan {
 public:
  Scan(TargetSet targets, DiscoveryOptions options)
      : options_(std::move(options)),
        targets_(std::move(targets)),
        order_(targets_, options_.seed, options_.shard,
               std::max<std::uint64_t>(options_.shards, 1)),
        key_(random_key()),
        ports_(key_, options_.source_port),
        replies_(key_, ports_),
        most_questions_(most_udp_questions(targets_, questions_)),
        highest_rate_(highest_rate(targets_, options_)),
        control_(highest_rate_),
        limiter_(adaptive() ? control_.rate() : highest_rate_),
        plan_(order_.size(), options_.position, block_size(highest_rate_)) {}

  DiscoveryReport run(const AnswerSink& sink, const Proceed& proceed) {
    sink_ = &sink;
    proceed_ = &proceed;
    // In this order: whatever comes between the two makes probes seem sent earlier, never after their answers.
    began_wall_ = wall_time();
    began_ = steady_nanoseconds();
    next_tick_ = last_tick_ = began_;
    paths_ = Paths::find(
        targets_, options_, [this] { return go_on_ = go_on_ && (*proceed_)(progress()); },
        report_.failure);
    if (!paths_ || !go_on_) return finish();
    SenderContext context{.order = order_,
                          .paths = *paths_,
                          .questions = questions_,
                          .ports = ports_,
                          .key = key_,
                          .options = options_,
                          .limiter = limiter_,
                          .queue = queue_,
                          .began = began_};
    context_ = &context;
    open_receivers();
    std::vector<Sender> senders;
    const std::size_t count = sender_count(highest_rate_);
    senders.reserve(count);
    for (std::size_t i = 0; i < count && report_.failure.empty(); ++i)
      senders.emplace_back(context, report_.failure);
    if (report_.failure.empty()) {
      if (options_.sockets_are_open) options_.sockets_are_open();
      std::vector<std::thread> threads;
      threads.reserve(count);
      for (Sender& sender : senders) threads.emplace_back([&sender] { sender.run(); });
      depth_ = 2 * count;
      ask_all();
      context.stop = true;
      queue_.close();
      for (std::thread& thread : threads) thread.join();
    }
    progress();
    context_ = nullptr;
    return finish();
  }

 private:
  bool adaptive() const {
    return options_.rate == DiscoveryOptions::rate_auto && !options_.dry_run;
  }

  DiscoveryReport finish() {
    report_.complete = go_on_ && report_.failure.empty() && plan_.complete();
    return std::move(report_);
  }

  void open_receivers() {
    if (options_.dry_run) return;
    std::set<std::pair<int, bool>> wanted;
    const ReplyFilter filter{ports_.lowest(), ports_.highest()};
    for (const Way& way : paths_->ways()) {
      const Interface& interface = paths_->links()[way.link].interface;
      const bool v4 = way.frames.is_v4();
      if (!wanted.emplace(interface.index, v4).second || !report_.failure.empty()) continue;
      receivers_.emplace_back(interface.index, interface.name, v4, filter, report_.failure);
    }
    if (report_.failure.empty()) open_sinks(filter);
  }

  void open_sinks(const ReplyFilter& filter) {
    std::set<int> wanted;
    for (const Way& way : paths_->ways()) {
      const Link& link = paths_->links()[way.link];
      if (link.framed && wanted.insert(link.interface.index).second)
        sinks_.emplace_back(link.interface.index, filter);
    }
  }

  void ask_all() {
    while (go_on_ && report_.failure.empty() && !plan_.complete()) {
      take_done();
      give_work();
      listen();
      const std::int64_t now = steady_nanoseconds();
      plan_.advance(now, waits(), attempts(), [this](const Block& block) { end_silent(block); });
      if (now >= next_tick_) on_tick(now);
    }
    // What is in the rings already is not left behind.
    if (report_.failure.empty()) read_rings();
  }

  BlockPlan::Waits waits() const {
    if (options_.dry_run) return {};
    const auto wait = static_cast<std::int64_t>(options_.wait * 1e9);
    return {round_trip_.until_retry(), wait > 0 ? wait : round_trip_.until_given_up()};
  }

  unsigned tcp_attempts() const {
    if (options_.dry_run) return 1;
    return options_.retries ? *options_.retries + 1 : loss_.attempts_needed();
  }
  // With loss as it is usual, every question once and the first once more; each again where more is lost.
  unsigned udp_rounds() const {
    if (options_.dry_run) return 1;
    if (options_.retries) return *options_.retries + 1;
    return loss_.decided() < 50 ? 1 : (loss_.attempts_needed() + 1) / 2;
  }
  unsigned udp_extra() const { return options_.dry_run || options_.retries ? 0 : 1; }
  unsigned attempts() const {
    const unsigned tcp = targets_.asks_over(Transport::tcp) ? tcp_attempts() : 0;
    const unsigned udp = most_questions_ == 0 ? 0 : most_questions_ * udp_rounds() + udp_extra();
    return std::max(tcp, udp);
  }

  void give_work() {
    if (steady_nanoseconds() < next_try_) return;
    if (down_since_ != 0 && sending_ > 0) return;
    auto samples = loss_.take_chosen();
    if (!samples.empty() && !options_.dry_run) {
      ++sending_;
      queue_.push({.echoes = std::move(samples)});
    }
    while (queue_.waiting() < depth_) {
      Block* block = plan_.next();
      if (block == nullptr) return;
      ++sending_;
      queue_.push({.block = block,
                   .attempt = block->attempts - 1,
                   .tcp_attempts = tcp_attempts(),
                   .udp_rounds = udp_rounds(),
                   .udp_extra = udp_extra()});
      if (down_since_ != 0) return;  // one try at a time
    }
  }

  void take_done() {
    for (Done& done : queue_.take_done()) {
      --sending_;
      if (done.work.block == nullptr) {
        if (done.error == 0)
          loss_.asked(done.work.echoes, done.at);
        else
          loss_.not_asked(done.work.echoes);
        continue;
      }
      Block& block = *done.work.block;
      report_.excluded += done.excluded;
      report_.unroutable += done.unroutable;
      report_.unresolved += done.unresolved;
      plan_.leave_out(block, done.excluded + done.unroutable + done.unresolved);
      if (done.error != 0) {
        plan_.failed(block);
        link_failed(done.error);
      } else {
        down_since_ = 0;
        plan_.sent(block, done.at);
      }
    }
  }

  void link_failed(int error) {
    const std::int64_t now = steady_nanoseconds();
    if (down_since_ == 0) down_since_ = now;
    next_try_ = now + between_tries;
    if (now - down_since_ < patience && error == ENETDOWN) return;
    std::string names;
    for (const Link& link : paths_->links())
      names += (names.empty() ? "" : ", ") + link.interface.name;
    report_.failure = fmt::format(
        "nothing can be sent on {} any more: {}; bring the interface up and "
        "go on from where the scan stopped",
        names, std::strerror(error));
  }

  void listen() {
    std::vector<pollfd> ready;
    ready.reserve(receivers_.size());
    for (const Receiver& receiver : receivers_) ready.push_back({receiver.descriptor(), POLLIN, 0});
    const bool busy = sending_ > 0;
    ::poll(ready.data(), ready.size(), busy ? 1 : 4);
    for (const pollfd& each : ready) {
      if ((each.revents & POLLERR) == 0) continue;
      int error = 0;  // reading it clears it; an interface that went down is told by the senders
      socklen_t size = sizeof error;
      ::getsockopt(each.fd, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    read_rings();
  }

  void read_rings() {
    constexpr std::size_t at_once = 20000;
    for (Receiver& receiver : receivers_)
      receiver.read(at_once, [this](const Packet& packet) { on_packet(packet); });
  }

  void on_packet(const Packet& packet) {
    ++report_.received;
    if (options_.frames) {
      const std::lock_guard lock(context_->frames_mutex);
      options_.frames(packet.bytes, packet.time);
    }
    const auto reply = replies_.read(packet);
    const auto place = reply ? order_.place_of(reply->target) : std::nullopt;
    const auto hit = place ? plan_.find(*place) : std::nullopt;
    if (!hit) {
      ++report_.invalid;
    } else if (plan_.settle(*hit)) {
      tell(*reply, *hit, packet.time);
      if (reply->target.transport == Transport::tcp) loss_.answered(*place, reply->state);
    } else if (reply->target.transport == Transport::udp || !loss_.answered_again(*place)) {
      ++report_.duplicates;
    }
  }

  void tell(const Reply& reply, const BlockPlan::Hit& hit, Time answered) {
    ++report_.progress.answered;
    if (reply.state == PortState::open) ++report_.progress.open;
    const Target& target = reply.target;
    const bool tcp = target.transport == Transport::tcp;
    const unsigned slots = tcp ? SourcePorts::tcp_attempts : SourcePorts::udp_attempts;
    const unsigned newest = std::max(hit.block->attempts, 1u) - 1;
    // The newest attempt that left from this port.
    const unsigned back = (newest % slots + slots - reply.attempt % slots) % slots;
    const unsigned attempt = back <= newest ? newest - back : 0;
    PortAnswer answer{.target = target,
                      .state = reply.state,
                      .cause = reply.cause,
                      .ttl = reply.ttl,
                      .answered = answered};
    if (!tcp) {
      answer.question = questions_.at(target.port, attempt);
      answer.reply = reply.payload;
    }
    const bool sure = ports_.tells_attempts_apart() ? back == 0 : newest == 0;
    if (sure && hit.block->asked) {
      answer.asked = asked_at((*hit.block->asked)[hit.index].load(std::memory_order_relaxed));
      if (answer.asked <= answered) round_trip_.add(answered - answer.asked);
    }
    (*sink_)(answer);
  }

  // From microseconds modulo 2^32 to a time, which lies less than 2^32 microseconds back.
  Time asked_at(std::uint32_t moment) const {
    const std::int64_t elapsed = (steady_nanoseconds() - began_) / 1000;
    const std::uint32_t ago = static_cast<std::uint32_t>(elapsed) - moment;
    return began_wall_ + (elapsed - static_cast<std::int64_t>(ago)) * 1000;
  }

  void end_silent(const Block& block) {
    const unsigned made = std::min(block.attempts, tcp_attempts());
    missable_ += block.count;
    missed_share_ += block.count * std::pow(loss_.loss(), made);
    for (std::uint32_t i = 0; i < block.count; ++i) {
      if (block.is_answered(i)) continue;
      const Target target = order_.at(block.first + i);
      const bool tcp = target.transport == Transport::tcp;
      if (tcp) ++silent_tcp_;
      if (options_.tell_silent && !options_.dry_run)
        (*sink_)({.target = target,
                  .state = tcp ? PortState::filtered : PortState::open_or_filtered,
                  .cause = "no-response"});
    }
  }

  void on_tick(std::int64_t now) {
    next_tick_ = now + tick;
    loss_.expire(now - round_trip_.until_retry());
    bool dropped = false;
    for (Receiver& receiver : receivers_) {
      const std::uint64_t drops = receiver.take_drops();
      report_.ring_drops += drops;
      dropped = dropped || drops > 0;
    }
    const std::uint64_t refused = context_->refused;
    dropped = dropped || refused > report_.send_drops;
    report_.send_drops = refused;
    if (adaptive()) {
      control_.step(loss_.take_recent(), dropped, round_trip_.until_retry() + tick, now);
      limiter_.set_rate(control_.rate());
    }
    if (!(*proceed_)(progress())) go_on_ = false;
  }

  const DiscoveryProgress& progress() {
    DiscoveryProgress& now = report_.progress;
    const std::int64_t moment = steady_nanoseconds();
    now.total = plan_.total();
    now.settled = plan_.settled();
    now.position = plan_.position();
    now.seconds = static_cast<double>(moment - began_) / 1e9;
    now.loss = loss_.loss();
    if (context_ != nullptr) {
      const std::uint64_t sent = context_->sent;
      if (const std::int64_t passed = moment - last_tick_; passed > 0) {
        now.rate = static_cast<double>(sent - now.sent) * 1e9 / static_cast<double>(passed);
        last_tick_ = moment;
      }
      now.sent = sent;
      report_.retransmitted = context_->retransmitted;
    }
    estimate_misses();
    return now;
  }

  // What answers once in a while is missed when it does not answer to any attempt; at most what is silent can have been.
  void estimate_misses() {
    if (missable_ == 0) return;
    const double share = missed_share_ / static_cast<double>(missable_);
    const auto open = static_cast<double>(report_.progress.open);
    report_.estimated_missed_open =
        std::min(static_cast<double>(silent_tcp_), share < 1 ? open * share / (1 - share) : 0);
    const double all = open + report_.estimated_missed_open;
    report_.miss_rate = all > 0 ? report_.estimated_missed_open / all : 0;
  }

  DiscoveryOptions options_;
  TargetSet targets_;
  ProbeOrder order_;
  CookieKey key_;
  SourcePorts ports_;
  UdpQuestions questions_;
  ReplyReader replies_;
  unsigned most_questions_;
  double highest_rate_;
  RateControl control_;
  RateLimiter limiter_;
  BlockPlan plan_;
  LossMeter loss_;
  RoundTrip round_trip_;
  WorkQueue queue_;
  std::optional<Paths> paths_;
  std::vector<Receiver> receivers_;
  std::vector<ResetSink> sinks_;
  SenderContext* context_ = nullptr;  // while the senders run
  const AnswerSink* sink_ = nullptr;
  const Proceed* proceed_ = nullptr;
  DiscoveryReport report_;
  bool go_on_ = true;
  std::size_t depth_ = 0;
  std::size_t sending_ = 0;  // work given and not done
  std::int64_t began_ = 0;   // steady clock
  Time began_wall_ = 0;
  std::int64_t next_tick_ = 0;
  std::int64_t last_tick_ = 0;
  std::int64_t down_since_ = 0;
  std::int64_t next_try_ = 0;
  std::uint64_t missable_ = 0;
  std::uint64_t silent_tcp_ = 0;
  double missed_share_ = 0;
};

Discovery::Discovery(TargetSet targets, DiscoveryOptions options)
    : scan_(std::make_unique<Scan>(std::move(targets), std::move(options))) {}
Discovery::~Discovery() = default;
Discovery::Discovery(Discovery&&) noexcept = default;
Discovery& Discovery::operator=(Discovery&&) noexcept = default;

DiscoveryReport Discovery::run(const AnswerSink& sink, const Proceed& proceed) {
  return scan_->run(sink, proceed);
}

}  // namespace oddport
