#include "cli/host_asking.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "classify/classifier.h"
#include "classify/ndpi_opinion.h"
#include "host/network_namespaces.h"
#include "host/socket_verdict.h"
#include "host/way_to_socket.h"
#include "probe/dialogues.h"

namespace oddport {

namespace {

constexpr std::size_t most_namespaces_at_once = 8;
// Where several namespaces share the descriptors of this process.
constexpr std::size_t sockets_of_one_of_many = 100;
constexpr std::chrono::milliseconds between_looks{50};

using TargetKey = std::tuple<IpAddress, Transport, std::uint16_t>;

TargetKey key_of(const Target& target) { return {target.host, target.transport, target.port}; }

// Lets several threads ask who may be asked by one at a time.
class SharedOpinion final : public SecondOpinion {
 public:
  SharedOpinion(SecondOpinion& opinion, std::mutex& mutex) : opinion_(opinion), mutex_(mutex) {}

  std::string_view who() const override { return opinion_.who(); }
  const Recognizer* ask(const Exchange& exchange) override {
    const std::lock_guard lock(mutex_);
    return opinion_.ask(exchange);
  }

 private:
  SecondOpinion& opinion_;
  std::mutex& mutex_;
};

std::string questions_clause(const Inquiry& inquiry) {
  if (inquiry.questions == 0) return "it was listened to";
  return inquiry.questions == 1 ? std::string("it was asked one question")
                                : fmt::format("it was asked {} questions", inquiry.questions);
}

// Why nothing was heard from a listener that was asked.
std::string silence_of(const DialogueResult& result) {
  const Inquiry& inquiry = result.observation.inquiry;
  switch (result.end) {
    case DialogueEnd::spoke:
    case DialogueEnd::mute:
    case DialogueEnd::pseudo:
      return fmt::format(
          "{} and did not say a byte{}", questions_clause(inquiry),
          inquiry.wants_reserved_port ? ", from a reserved port, for it hangs up on others" : "");
    case DialogueEnd::hung_up:
      return "it accepts connections and closes them without a byte";
    case DialogueEnd::unanswered:
      return questions_clause(inquiry) + " and did not answer";
    case DialogueEnd::closed:
      return "it refused to be asked";
    case DialogueEnd::unreachable:
      return "it could not be reached to be asked";
    case DialogueEnd::given_up:
      return "it was not asked to the end";
  }
  return "it was not asked";
}

// The listeners of one network namespace.
struct Neighborhood {
  const Descriptor* door = nullptr;                             // null: the caller's own
  std::map<TargetKey, std::vector<const HostSocket*>> targets;  // not told yet
  std::unique_ptr<Classifier> classifier;
  std::unique_ptr<Dialogues> dialogues;
};

class Asking {
 public:
  Asking(const Inventory& inventory, const AskingOptions& options, Time now,
         const std::function<void(const AskedSocket&)>& tell)
      : inventory_(inventory),
        options_(options),
        now_(now),
        tell_(tell),
        ndpi_(options.ndpi ? make_ndpi_opinion() : nullptr) {}

  void run(const std::vector<const HostSocket*>& sockets, const std::function<bool()>& proceed);

 private:
  void sort_in(const HostSocket& socket);
  void talk_with_some(std::span<Neighborhood> some, const std::function<bool()>& proceed);
  void talk(Neighborhood& neighborhood);
  void hold_dialogues(Neighborhood& neighborhood);
  void take(Neighborhood& neighborhood, const DialogueResult& result);
  void tell_result(const HostSocket& socket, const DialogueResult& result, std::size_t sharing);
  void tell_unheard(const HostSocket& socket, std::string_view why, bool asked);

  const Inventory& inventory_;
  const AskingOptions& options_;
  Time now_;
  const std::function<void(const AskedSocket&)>& tell_;
  std::unique_ptr<SecondOpinion> ndpi_;
  std::mutex ndpi_mutex_;
  std::map<std::uint64_t, Neighborhood> sorted_;
  std::size_t sockets_each_ = 0;

  std::mutex mutex_;  // of all that follows, and of telling
  std::size_t talking_ = 0;
  bool stopped_ = false;
};

void Asking::sort_in(const HostSocket& socket) {
  const HostFacts& facts = socket.facts;
  if (facts.state != SocketState::listening)
    return tell_unheard(socket, "its bytes were not seen", false);
  const auto door = inventory_.doors.find(facts.namespace_id);
  if (!facts.own_namespace && door == inventory_.doors.end())
    return tell_unheard(
        socket, "its network namespace may not be entered, so it could not be asked", false);
  const WayToSocket way = way_to(socket, inventory_.sockets);
  if (!way.address)
    return tell_unheard(socket, fmt::format("{}, so it could not be asked", way.why_not), false);
  Neighborhood& neighborhood = sorted_[facts.own_namespace ? 0 : facts.namespace_id];
  if (!facts.own_namespace) neighborhood.door = &door->second;
  neighborhood.targets[{*way.address, socket.transport, socket.local.port}].push_back(&socket);
}

void Asking::run(const std::vector<const HostSocket*>& sockets,
                 const std::function<bool()>& proceed) {
  for (const HostSocket* socket : sockets) sort_in(*socket);
  std::vector<Neighborhood> all;
  for (auto& [id, neighborhood] : sorted_) all.push_back(std::move(neighborhood));
  sockets_each_ = all.size() == 1 ? DialogueOptions{}.sockets : sockets_of_one_of_many;
  for (std::span<Neighborhood> rest = all; !rest.empty();) {
    const std::size_t count = std::min(rest.size(), most_namespaces_at_once);
    talk_with_some(rest.first(count), proceed);
    rest = rest.subspan(count);
  }
}

// Each on a thread of its own, for a thread that has entered a namespace stays there.
void Asking::talk_with_some(std::span<Neighborhood> some, const std::function<bool()>& proceed) {
  talking_ = some.size();
  std::vector<std::thread> threads;
  for (Neighborhood& one : some) threads.emplace_back([this, &one] { talk(one); });
  for (bool going_on = true; going_on;) {
    std::this_thread::sleep_for(between_looks);
    const bool stop = !proceed();
    const std::lock_guard lock(mutex_);
    stopped_ = stopped_ || stop;
    if (stop)
      for (const Neighborhood& one : some)
        if (one.dialogues) one.dialogues->stop();
    going_on = talking_ > 0;
  }
  for (std::thread& thread : threads) thread.join();
}

void Asking::talk(Neighborhood& neighborhood) {
  std::string failure;
  try {
    if (neighborhood.door != nullptr) failure = enter_namespace(*neighborhood.door);
    if (failure.empty()) hold_dialogues(neighborhood);
  } catch (const std::exception& error) {
    failure = error.what();
  }
  const std::lock_guard lock(mutex_);
  for (const auto& [key, sockets] : neighborhood.targets)
    for (const HostSocket* socket : sockets)
      tell_unheard(*socket, fmt::format("it could not be asked ({})", failure), false);
  --talking_;
}

void Asking::hold_dialogues(Neighborhood& neighborhood) {
  DialogueOptions chosen;
  chosen.sockets = sockets_each_;
  chosen.control = options_.control_systems;
  auto opinion = ndpi_ ? std::make_unique<SharedOpinion>(*ndpi_, ndpi_mutex_) : nullptr;
  neighborhood.classifier =
      std::make_unique<Classifier>(options_.watched, options_.rules, std::move(opinion));
  auto dialogues = std::make_unique<Dialogues>(chosen, *neighborhood.classifier);
  for (const auto& [key, sockets] : neighborhood.targets)
    dialogues->add({.host = std::get<IpAddress>(key),
                    .transport = std::get<Transport>(key),
                    .port = std::get<std::uint16_t>(key)});
  dialogues->finish();
  {
    const std::lock_guard lock(mutex_);
    neighborhood.dialogues = std::move(dialogues);
    if (stopped_) neighborhood.dialogues->stop();
  }
  neighborhood.dialogues->run([&](const DialogueResult& result) { take(neighborhood, result); });
}

void Asking::take(Neighborhood& neighborhood, const DialogueResult& result) {
  const std::lock_guard lock(mutex_);
  const auto found = neighborhood.targets.find(key_of(result.target));
  if (found == neighborhood.targets.end()) return;
  const std::vector<const HostSocket*> sockets = std::move(found->second);
  neighborhood.targets.erase(found);
  for (const HostSocket* socket : sockets) tell_result(*socket, result, sockets.size());
}

void Asking::tell_result(const HostSocket& socket, const DialogueResult& result,
                         std::size_t sharing) {
  if (result.end != DialogueEnd::spoke)
    return tell_unheard(socket, silence_of(result), result.end != DialogueEnd::given_up);
  Observation& seen = result.observation;
  seen.source = Source::host;
  seen.server = socket.local;
  seen.client = {};  // that was ourselves
  seen.host = &socket.facts;
  Verdict verdict = result.verdict;
  verdict.evidence.push_back(
      fmt::format("asked: {}{}", to_string(Endpoint{result.target.host, result.target.port}),
                  sharing == 1 ? "" : fmt::format(", where one of {} sockets answered", sharing)));
  for (std::string& line : holder_lines(socket.facts)) verdict.evidence.push_back(std::move(line));
  tell_({.socket = socket, .asked = true, .spoke = true, .observation = seen, .verdict = verdict});
}

void Asking::tell_unheard(const HostSocket& socket, std::string_view why, bool asked) {
  Observation seen = observe(socket, now_);
  Verdict verdict = judge_unheard(socket, options_.watched, why);
  tell_(
      {.socket = socket, .asked = asked, .spoke = false, .observation = seen, .verdict = verdict});
}

}  // namespace

void ask_sockets(const Inventory& inventory, const std::vector<const HostSocket*>& sockets,
                 const AskingOptions& options, Time now, const std::function<bool()>& proceed,
                 const std::function<void(const AskedSocket&)>& tell) {
  Asking(inventory, options, now, tell).run(sockets, proceed);
}

}  // namespace oddport
