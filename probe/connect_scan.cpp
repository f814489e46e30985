#include "probe/connect_scan.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "probe/clock.h"
#include "probe/file_descriptor.h"
#include "probe/permutation.h"
#include "probe/rate_limiter.h"
#include "probe/socket_address.h"
#include "probe/udp_questions.h"

namespace oddport {
namespace {

constexpr std::size_t most_at_once = 4096;
constexpr std::size_t descriptors_for_others = 64;

// How many sockets this process may open, once the soft limit is raised to the hard one.
std::size_t sockets_allowed() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 128;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  const auto all = static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, most_at_once * 2));
  return std::clamp<std::size_t>(all > descriptors_for_others ? all - descriptors_for_others : 1, 1,
                                 most_at_once);
}

struct Attempt {
  std::uint64_t local = 0;  // place in this shard's order
  unsigned number = 0;
};

struct Slot {
  FileDescriptor socket;
  Attempt attempt;
  Target target;
  Bytes question = {};
  Time asked = 0;
  std::uint64_t generation = 0;  // tells the deadlines of earlier tenants apart
};

struct Deadline {
  std::int64_t moment = 0;
  std::size_t slot = 0;
  std::uint64_t generation = 0;
};

struct Verdict {
  PortState state = PortState::open;
  std::string_view cause;
};

Verdict of_error(int error, Transport transport) {
  switch (error) {
    case 0:
      return {PortState::open, transport == Transport::tcp ? "syn-ack" : "udp-response"};
    case ECONNREFUSED:
      return {PortState::closed, transport == Transport::tcp ? "conn-refused" : "port-unreach"};
    case EHOSTUNREACH:
      return {PortState::unreachable, "host-unreach"};
    case ENETUNREACH:
      return {PortState::unreachable, "net-unreach"};
    case EACCES:
    case EPERM:
      return {PortState::filtered, "admin-prohibited"};
    default:
      return {PortState::filtered, "no-response"};
  }
}

// The machine is out of something that comes back when other connections end.
bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM ||
         error == EADDRNOTAVAIL || error == EAGAIN;
}

class ConnectScan {
 public:
  ConnectScan(const TargetSet& targets, const DiscoveryOptions& options, const AnswerSink& sink)
      : targets_(targets),
        options_(options),
        sink_(sink),
        order_(targets.size(), options.seed),
        limiter_(rate_of(targets, options)),
        slots_(sockets_allowed()),
        poll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (std::size_t i = slots_.size(); i > 0; --i) free_.push_back(i - 1);
    const std::uint64_t size = targets.size();
    total_ = size > options.shard ? (size - options.shard - 1) / options.shards + 1 : 0;
    next_ = std::min(options.position, total_);
    report_.progress.total = total_;
    report_.progress.settled = next_;
    started_ = steady_nanoseconds();
  }

  DiscoveryReport run(const Proceed& proceed) {
    if (!poll_) {
      report_.failure = fmt::format("epoll could not be opened: {}", std::strerror(errno));
      return std::move(report_);
    }
    bool go_on = true;
    while (go_on && report_.failure.empty() && (has_work() || in_flight() > 0)) {
      start_some();
      collect();
      expire();
      go_on = proceed(progress());
    }
    progress();
    report_.complete = go_on && report_.failure.empty();
    return std::move(report_);
  }

 private:
  static double rate_of(const TargetSet& targets, const DiscoveryOptions& options) {
    if (options.rate == DiscoveryOptions::rate_max) return 1e9;
    if (options.rate != DiscoveryOptions::rate_auto) return static_cast<double>(options.rate);
    return static_cast<double>(options.per_host) * static_cast<double>(targets.hosts().size());
  }

  std::size_t in_flight() const { return slots_.size() - free_.size(); }
  bool has_work() const { return next_ < total_ || !again_.empty(); }

  const DiscoveryProgress& progress() {
    DiscoveryProgress& now = report_.progress;
    now.seconds = static_cast<double>(steady_nanoseconds() - started_) / 1e9;
    now.rate = now.seconds > 0 ? static_cast<double>(now.sent) / now.seconds : 0;
    now.position = unsettled_.empty() ? next_ : *unsettled_.begin();
    return now;
  }

  void start_some() {
    const std::int64_t now = steady_nanoseconds();
    if (now < paused_until_) return;
    while (!free_.empty() && has_work() && limiter_.until_free(now) <= 0) {
      limiter_.reserve(1, now);
      Attempt attempt;
      if (!again_.empty()) {
        attempt = again_.front();
        again_.pop_front();
      } else {
        attempt.local = next_++;
        unsettled_.insert(attempt.local);
      }
      if (!start(attempt)) {
        again_.push_front(attempt);
        paused_until_ = now + 20'000'000;
        return;
      }
    }
  }

  // False where the machine is short of something: try again later.
  bool start(const Attempt& attempt) {
    const std::uint64_t place = attempt.local * options_.shards + options_.shard;
    const Target target = targets_.at(order_.at(place));
    if (targets_.exclusions()->contains(target.host)) {
      ++report_.excluded;
      settle(attempt);
      return true;
    }
    const bool tcp = target.transport == Transport::tcp;
    const SocketAddress to({target.host, target.port});
    FileDescriptor socket(
        ::socket(to.family(), (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return shortage(errno);
    if (!bind_source(socket.get(), target.host)) return false;
    const linger reset{1, 0};
    if (tcp) ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    const Time asked = wall_time();
    int error = ::connect(socket.get(), to.get(), to.size()) == 0 ? 0 : errno;
    if (is_shortage(error)) return false;
    Slot slot{.socket = std::move(socket), .attempt = attempt, .target = target, .asked = asked};
    if (!tcp && error == 0) {
      slot.question = questions_.at(target.port, attempt.number);
      if (::send(slot.socket.get(), slot.question.data(), slot.question.size(), MSG_NOSIGNAL) < 0)
        error = errno;
      if (is_shortage(error)) return false;
    }
    ++report_.progress.sent;
    if (attempt.number > 0) ++report_.retransmitted;
    if ((tcp && error != EINPROGRESS) || (!tcp && error != 0)) {
      tell(slot, of_error(error, target.transport), {});
      return true;
    }
    return watch(std::move(slot));
  }

  bool shortage(int error) {
    if (!is_shortage(error))
      report_.failure = fmt::format("no socket could be opened: {}", std::strerror(error));
    return false;
  }

  bool bind_source(int socket, const IpAddress& host) {
    const auto& source = host.is_v4() ? options_.source_v4 : options_.source_v6;
    if (!source) return true;
    const SocketAddress from({*source, 0});
    if (::bind(socket, from.get(), from.size()) == 0) return true;
    report_.failure = fmt::format(
        "the source address {} cannot be used: {}; give one of this "
        "machine's own",
        source->to_string(), std::strerror(errno));
    return false;
  }

  bool watch(Slot&& slot) {
    const std::size_t index = free_.back();
    epoll_event event{};
    event.events = slot.target.transport == Transport::tcp ? EPOLLOUT : EPOLLIN;
    event.data.u64 = index;
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, slot.socket.get(), &event) != 0)
      return shortage(errno);
    free_.pop_back();
    slot.generation = ++generation_;
    const double wait = options_.wait > 0 ? options_.wait : 1.0;
    deadlines_.push_back(
        {steady_nanoseconds() + static_cast<std::int64_t>(wait * 1e9), index, slot.generation});
    slots_[index] = std::move(slot);
    return true;
  }

  void collect() {
    std::array<epoll_event, 256> events;
    const int count =
        ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), pause());
    for (int i = 0; i < count; ++i)
      finish(static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64));
  }

  // Milliseconds to wait for events: until the next deadline or place, and never long.
  int pause() const {
    if (has_work() && !free_.empty() && steady_nanoseconds() >= paused_until_) {
      const std::int64_t until = limiter_.until_free(steady_nanoseconds());
      if (until <= 0) return 0;
      return static_cast<int>(std::min<std::int64_t>(until / 1'000'000 + 1, 50));
    }
    return 10;
  }

  void finish(std::size_t index) {
    Slot& slot = slots_[index];
    if (!slot.socket) return;
    if (slot.target.transport == Transport::udp) {
      std::array<char, 4096> reply;
      const ssize_t length = ::recv(slot.socket.get(), reply.data(), reply.size(), 0);
      if (length < 0 && errno == EAGAIN) return;
      const int error = length < 0 ? errno : 0;
      tell(slot, of_error(error, Transport::udp),
           Bytes(reply.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))));
    } else {
      int error = 0;
      socklen_t size = sizeof error;
      ::getsockopt(slot.socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
      // The kernel's own patience ended before ours.
      if (error == ETIMEDOUT) return give_up(index);
      tell(slot, of_error(error, Transport::tcp), {});
    }
    release(index);
  }

  void tell(const Slot& slot, const Verdict& verdict, Bytes reply) {
    const PortAnswer answer{.target = slot.target,
                            .state = verdict.state,
                            .cause = verdict.cause,
                            .asked = slot.asked,
                            .answered = wall_time(),
                            .question = slot.question,
                            .reply = reply};
    ++report_.received;
    ++report_.progress.answered;
    if (verdict.state == PortState::open) ++report_.progress.open;
    settle(slot.attempt);
    sink_(answer);
  }

  void settle(const Attempt& attempt) {
    unsettled_.erase(attempt.local);
    ++report_.progress.settled;
  }

  void release(std::size_t index) {
    slots_[index] = Slot{};
    free_.push_back(index);
  }

  unsigned attempts_for(const Target& target) const {
    const unsigned once_more = options_.retries.value_or(1) + 1;
    if (target.transport == Transport::tcp || options_.retries) return once_more;
    return std::max(once_more, questions_.count(target.port));
  }

  void give_up(std::size_t index) {
    const Slot& slot = slots_[index];
    Attempt attempt = slot.attempt;
    if (++attempt.number < attempts_for(slot.target)) {
      again_.push_back(attempt);
    } else {
      settle(attempt);
      const bool tcp = slot.target.transport == Transport::tcp;
      if (options_.tell_silent)
        sink_({.target = slot.target,
               .state = tcp ? PortState::filtered : PortState::open_or_filtered,
               .cause = "no-response"});
    }
    release(index);
  }

  void expire() {
    const std::int64_t now = steady_nanoseconds();
    while (!deadlines_.empty() && deadlines_.front().moment <= now) {
      const Deadline due = deadlines_.front();
      deadlines_.pop_front();
      if (slots_[due.slot].socket && slots_[due.slot].generation == due.generation)
        give_up(due.slot);
    }
  }

  const TargetSet& targets_;
  const DiscoveryOptions& options_;
  const AnswerSink& sink_;
  Permutation order_;
  RateLimiter limiter_;
  UdpQuestions questions_;
  std::vector<Slot> slots_;
  std::vector<std::size_t> free_;
  std::deque<Deadline> deadlines_;
  std::deque<Attempt> again_;
  std::set<std::uint64_t> unsettled_;
  FileDescriptor poll_;
  DiscoveryReport report_;
  std::uint64_t total_ = 0;
  std::uint64_t next_ = 0;
  std::uint64_t generation_ = 0;
  std::int64_t started_ = 0;
  std::int64_t paused_until_ = 0;
};

}  // namespace

DiscoveryReport connect_scan(const TargetSet& targets, const DiscoveryOptions& options,
                             const AnswerSink& sink, const Proceed& proceed) {
  return ConnectScan(targets, options, sink).run(proceed);
}

}  // namespace oddport
