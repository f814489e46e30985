#include "probe/dialogues.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <system_error>
#include <vector>

#include "probe/dialogue_setting.h"
#include "probe/host_view.h"
#include "probe/tcp_dialogue.h"
#include "probe/udp_dialogue.h"

namespace oddport {

namespace {

// Left to the rest of the program.
constexpr std::size_t spare_descriptors = 64;
// About as many sockets as one UDP port takes at a time, while it does not answer.
constexpr std::size_t sockets_per_udp_port = 40;
constexpr std::chrono::milliseconds longest_turn{500};

// As many as are wanted and the system allows.
std::size_t allowed_sockets(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::min<std::size_t>(wanted, 256);
  const rlim_t needed = wanted + spare_descriptors;
  if (limit.rlim_cur < needed) {
    rlimit raised = limit;
    raised.rlim_cur = std::min<rlim_t>(needed, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  if (limit.rlim_cur >= needed) return wanted;
  return limit.rlim_cur > 2 * spare_descriptors ? limit.rlim_cur - spare_descriptors
                                                : spare_descriptors;
}

}  // namespace

std::string_view to_string(DialogueEnd end) {
  switch (end) {
    case DialogueEnd::spoke:
      return "spoke";
    case DialogueEnd::mute:
      return "mute";
    case DialogueEnd::hung_up:
      return "hung up";
    case DialogueEnd::pseudo:
      return "pseudo";
    case DialogueEnd::unanswered:
      return "unanswered";
    case DialogueEnd::closed:
      return "closed";
    case DialogueEnd::unreachable:
      return "unreachable";
    case DialogueEnd::given_up:
      return "given up";
  }
  return "given up";
}

class Dialogues::Work final : private Dialogue::Owner {
 public:
  Work(const DialogueOptions& options, const Classifier& classifier)
      : setting_(options, classifier),
        sockets_(allowed_sockets(options.sockets)),
        alarm_(setting_.loop) {}

  void add(const Target& target, bool at_home_only) {
    {
      const std::lock_guard lock(mutex_);
      added_.push_back({target, at_home_only});
      ++pending_;
    }
    alarm_.ring();
  }
  void finish() {
    finishing_ = true;
    alarm_.ring();
  }
  void stop() {
    stopping_ = true;
    alarm_.ring();
  }
  std::size_t pending() const {
    const std::lock_guard lock(mutex_);
    return pending_;
  }
  void run(const Sink& sink);

 private:
  // Wakes the loop from another thread.
  class Alarm final : public EventLoop::Watcher {
   public:
    explicit Alarm(EventLoop& loop)
        : Watcher(loop), event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
      if (!event_ || !watch(event_.get(), false))
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    void ring() {
      const std::uint64_t one = 1;
      [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
    }

   private:
    void on_ready(EventLoop::Event) override {
      std::uint64_t count = 0;
      [[maybe_unused]] const ssize_t size = ::read(event_.get(), &count, sizeof count);
    }
    FileDescriptor event_;
  };

  struct Wanted {
    Target target;
    bool at_home_only = false;
  };
  struct Host {
    std::list<Wanted> waiting;
    std::size_t sockets = 0;
    bool in_turn = false;  // stands in turns_
    std::unique_ptr<HostView> view;
  };

  void over(Dialogue& dialogue) override { ended_.push_back(&dialogue); }

  void take_added();
  void queue_up(const IpAddress& ip, Host& host);
  void begin_some();
  void begin(const Wanted& wanted, Host& host);
  std::size_t cost(const Target& target) const;
  void tell_ended(const Sink& sink);
  void tell(const Dialogue& dialogue, const Sink& sink);
  void tell_unbegun(const Target& target, const Sink& sink);
  void give_up(const Sink& sink);
  void hand_over(const Target& target, DialogueEnd end, Observation& observation, const Sink& sink);

  DialogueSetting setting_;
  std::size_t sockets_;
  std::size_t used_sockets_ = 0;
  std::map<IpAddress, Host> hosts_;
  std::deque<IpAddress> turns_;  // hosts with something waiting, one dialogue each in turn
  absl::flat_hash_map<const Dialogue*, std::unique_ptr<Dialogue>> running_;
  std::vector<Dialogue*> ended_;

  mutable std::mutex mutex_;
  std::vector<Wanted> added_;
  std::size_t pending_ = 0;
  std::atomic<bool> finishing_ = false;
  std::atomic<bool> stopping_ = false;
  Alarm alarm_;
};

std::size_t Dialogues::Work::cost(const Target& target) const {
  return target.transport == Transport::tcp ? setting_.options.connections_per_port
                                            : sockets_per_udp_port;
}

void Dialogues::Work::take_added() {
  std::vector<Wanted> fresh;
  {
    const std::lock_guard lock(mutex_);
    fresh.swap(added_);
  }
  for (const Wanted& wanted : fresh) {
    const Target& target = wanted.target;
    Host& host = hosts_[target.host];
    host.waiting.push_back(wanted);
    queue_up(target.host, host);
    if (target.transport != Transport::tcp) continue;
    if (!host.view) host.view = std::make_unique<HostView>(setting_, target.host);
    host.view->note_open_port(target.port);
  }
}

void Dialogues::Work::queue_up(const IpAddress& ip, Host& host) {
  if (host.in_turn || host.waiting.empty()) return;
  const std::size_t next = cost(host.waiting.front().target);
  if (host.sockets > 0 && host.sockets + next > setting_.options.sockets_per_host) return;
  host.in_turn = true;
  turns_.push_back(ip);
}

void Dialogues::Work::begin_some() {
  while (!turns_.empty()) {
    const IpAddress ip = turns_.front();
    Host& host = hosts_[ip];
    const Wanted wanted = host.waiting.front();
    if (used_sockets_ > 0 && used_sockets_ + cost(wanted.target) > sockets_) return;
    turns_.pop_front();
    host.waiting.pop_front();
    host.in_turn = false;
    begin(wanted, host);
    queue_up(ip, host);
  }
}

void Dialogues::Work::begin(const Wanted& wanted, Host& host) {
  const Target& target = wanted.target;
  const bool brief = host.view && host.view->opens_everywhere();
  Dialogue::Owner& owner = *this;
  std::unique_ptr<Dialogue> dialogue;
  if (target.transport == Transport::tcp)
    dialogue = std::make_unique<TcpDialogue>(setting_, owner, target, brief);
  else
    dialogue = std::make_unique<UdpDialogue>(setting_, owner, target, wanted.at_home_only);
  used_sockets_ += cost(target);
  host.sockets += cost(target);
  Dialogue& begun = *dialogue;
  running_.emplace(&begun, std::move(dialogue));
  begun.begin();
}

void Dialogues::Work::tell_ended(const Sink& sink) {
  std::vector<Dialogue*> ended;
  ended.swap(ended_);
  for (const Dialogue* dialogue : ended) {
    const Target target = dialogue->target();
    tell(*dialogue, sink);
    used_sockets_ -= cost(target);
    Host& host = hosts_[target.host];
    host.sockets -= cost(target);
    queue_up(target.host, host);
    const auto found = running_.find(dialogue);
    setting_.loop.bury(std::move(found->second));
    running_.erase(found);
  }
}

void Dialogues::Work::tell(const Dialogue& dialogue, const Sink& sink) {
  Observation observation;
  dialogue.tell(observation);
  const auto& view = hosts_[dialogue.target().host].view;
  const bool is_pseudo = dialogue.end() == DialogueEnd::mute && view && view->opens_everywhere();
  hand_over(dialogue.target(), is_pseudo ? DialogueEnd::pseudo : dialogue.end(), observation, sink);
}

void Dialogues::Work::hand_over(const Target& target, DialogueEnd end, Observation& observation,
                                const Sink& sink) {
  Verdict verdict = setting_.classifier.classify(observation);
  const auto overrule = [&](std::string_view what) {
    verdict.label = Label::silent;
    verdict.reason = fmt::format("{}/{} {}.", target.port, to_string(target.transport), what);
  };
  switch (end) {
    case DialogueEnd::pseudo:
      overrule("lets connect and says nothing, as every port of this host does: no service");
      break;
    case DialogueEnd::closed:
      overrule("is closed");
      break;
    case DialogueEnd::unreachable:
      overrule("cannot be reached");
      break;
    case DialogueEnd::given_up:
      overrule("was not asked to the end");
      break;
    default:
      break;
  }
  {
    const std::lock_guard lock(mutex_);
    --pending_;
  }
  sink({.target = target, .end = end, .observation = observation, .verdict = verdict});
}

void Dialogues::Work::tell_unbegun(const Target& target, const Sink& sink) {
  Observation observation;
  observation.source = Source::probe;
  observation.origin = setting_.options.origin;
  observation.transport = target.transport;
  observation.exchange.transport = target.transport;
  observation.basis = RoleBasis::handshake;
  observation.server = {target.host, target.port};
  hand_over(target, DialogueEnd::given_up, observation, sink);
}

void Dialogues::Work::give_up(const Sink& sink) {
  take_added();
  for (auto& [dialogue, owned] : running_) {
    if (std::ranges::find(ended_, dialogue) != ended_.end()) continue;
    owned->abandon();
    ended_.push_back(owned.get());
  }
  tell_ended(sink);
  turns_.clear();
  for (auto& [ip, host] : hosts_) {
    host.in_turn = false;
    for (; !host.waiting.empty(); host.waiting.pop_front())
      tell_unbegun(host.waiting.front().target, sink);
  }
}

void Dialogues::Work::run(const Sink& sink) {
  for (;;) {
    const bool finishing = finishing_;  // whoever finishes has added before
    take_added();
    begin_some();
    tell_ended(sink);
    if (stopping_) return give_up(sink);
    if (finishing && pending() == 0) return;
    // What began may have ended at once, and made room.
    const bool more_to_do = !ended_.empty() || (!turns_.empty() && used_sockets_ == 0);
    setting_.loop.turn(more_to_do ? std::chrono::milliseconds{0} : longest_turn);
  }
}

Dialogues::Dialogues(const DialogueOptions& options, const Classifier& classifier)
    : work_(std::make_unique<Work>(options, classifier)) {}

Dialogues::~Dialogues() = default;

void Dialogues::add(const Target& target, bool at_home_only) { work_->add(target, at_home_only); }
void Dialogues::finish() { work_->finish(); }
void Dialogues::stop() { work_->stop(); }
void Dialogues::run(const Sink& sink) { work_->run(sink); }
std::size_t Dialogues::pending() const { return work_->pending(); }

}  // namespace oddport
