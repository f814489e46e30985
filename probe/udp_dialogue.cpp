#include "probe/udp_dialogue.h"

#include <algorithm>
#include <string>
#include <utility>

#include "classify/recognition.h"
#include "probe/clock.h"
#include "probe/manner.h"

namespace oddport {

namespace {

using std::chrono::milliseconds;

// Questions of protocols that are not at home on the port go out so many at once, one such group after the other.
constexpr std::size_t group_size = 8;
constexpr milliseconds group_interval{200};
// What is at home has the port to itself for that long first.
constexpr milliseconds head_start{450};
// Sent again after this long without an answer, and listened to that long after the last time.
constexpr milliseconds retry_time{900};
constexpr unsigned most_sent = 2;
constexpr milliseconds settling_time{150};

// The question with the asker's own address where it belongs: the answer goes there.
std::string with_address(const Recognizer& recognizer, const Endpoint& own) {
  std::string bytes(question_over(recognizer, Transport::udp));
  const std::size_t place = manner_of(recognizer).own_address_at;
  if (place == 0 || !own.ip.is_v4()) return bytes;
  const std::uint32_t ip = own.ip.v4_value();
  const auto octet = [](std::uint32_t value) { return static_cast<char>(value & 0xff); };
  const std::string address{0,
                            2,
                            octet(own.port >> 8u),
                            octet(own.port),
                            octet(ip >> 24),
                            octet(ip >> 16),
                            octet(ip >> 8),
                            octet(ip)};
  bytes.replace(place, address.size(), address);
  return bytes;
}

}  // namespace

bool UdpDialogue::Finding::is_better_than(const Finding& other) const {
  if (certainty != other.certainty) return certainty > other.certainty;
  return !named() && words.total(Side::server) > other.words.total(Side::server);
}

bool UdpDialogue::Finding::is_echo() const {
  return words.said(Side::client) == words.said(Side::server) ||
         words.said(Side::client).starts_with(words.said(Side::server));
}

UdpDialogue::UdpDialogue(DialogueSetting& setting, Dialogue::Owner& owner, const Target& target,
                         bool at_home_only)
    : Dialogue(setting.loop),
      setting_(setting),
      owner_(owner),
      target_(target),
      at_home_only_(at_home_only) {}

void UdpDialogue::begin() {
  begun_ = wall_time();
  last_moment_ = EventLoop::Clock::now() + setting_.options.udp_time;
  questions_ = setting_.book.questions(target_.port, Transport::udp);
  while (at_home_ < questions_.size() &&
         find_home(*questions_[at_home_], target_.port, Transport::udp) != nullptr)
    ++at_home_;
  if (at_home_only_) questions_.resize(at_home_);
  while (next_ < at_home_) ask(questions_[next_++]);
  if (at_home_ == 0) return on_time();
  wake_in(head_start);
}

void UdpDialogue::abandon() {
  for (const auto& talk : talks_) talk->socket->close();
  for (const auto& talk : talks_) setting_.loop.bury(std::move(talk->socket));
  talks_.clear();
  retire();
  is_over_ = true;
  if (best_.words.count(Side::server) > 0) end_ = DialogueEnd::spoke;
}

UdpDialogue::Talk& UdpDialogue::find(const UdpSocket& socket) {
  return **std::ranges::find_if(talks_,
                                [&](const auto& talk) { return talk->socket.get() == &socket; });
}

void UdpDialogue::on_time() {
  if (EventLoop::Clock::now() >= last_moment_) return conclude();
  ask_some();
  if (talks_.empty()) return conclude();
  wake_at(next_ < questions_.size()
              ? std::min(last_moment_, EventLoop::Clock::now() + group_interval)
              : last_moment_);
}

void UdpDialogue::ask_some() {
  const std::size_t end = std::min(questions_.size(), next_ + group_size);
  while (next_ < end) ask(questions_[next_++]);
}

void UdpDialogue::ask(const Recognizer* question, std::optional<Finding> doubted) {
  auto talk = std::make_unique<Talk>();
  talk->question = question;
  talk->doubted = std::move(doubted);
  const bool own_port = manner_of(*question).from_home_port && setting_.options.reserved_ports;
  talk->socket = std::make_unique<UdpSocket>(
      setting_.loop, static_cast<UdpSocket::Owner&>(*this), target_, setting_.options.source_ip,
      own_port && !question->homes.empty() ? question->homes.front().port : std::uint16_t{0});
  if (!talk->socket->is_open()) return;
  ++inquiry_.questions;
  send(*talk);
  if (unheard_.words.count(Side::client) == 0) {
    unheard_.words = talk->socket->words();
    unheard_.client = talk->socket->local();
  }
  talks_.push_back(std::move(talk));
}

void UdpDialogue::send(Talk& talk) {
  ++talk.sent;
  talk.socket->say(with_address(*talk.question, talk.socket->local()));
  talk.socket->wake_in(retry_time);
}

void UdpDialogue::drop(Talk& talk) {
  talk.socket->close();
  setting_.loop.bury(std::move(talk.socket));
  std::erase_if(talks_, [](const auto& each) { return each->socket == nullptr; });
}

void UdpDialogue::heard(UdpSocket& socket) {
  Finding finding = find_out(socket);
  if (finding.certainty == Certainty::confirmed && !finding.is_echo()) {
    best_ = std::move(finding);
    return conclude();
  }
  socket.wake_in(settling_time);
}

// The system told us that the port is closed; it may tell so of one question and not of others.
void UdpDialogue::refused(UdpSocket& socket) {
  if (socket.words().count(Side::server) > 0 || best_.words.count(Side::server) > 0) return;
  end_ = DialogueEnd::closed;
  conclude();
}

void UdpDialogue::ran_out(UdpSocket& socket) {
  Talk& talk = find(socket);
  const bool answered = socket.words().count(Side::server) > 0;
  if (answered) {
    Finding finding = find_out(socket);
    const Recognizer* question = talk.question;
    std::optional<Finding> doubted = std::move(talk.doubted);
    drop(talk);
    hear_out(std::move(finding), question, std::move(doubted));
  } else if (talk.sent < most_sent && best_.words.count(Side::server) == 0 && !echo_) {
    return send(talk);
  } else {
    std::optional<Finding> doubted = std::move(talk.doubted);
    drop(talk);
    if (doubted) weigh(std::move(*doubted));
  }
  if (!is_over_ && talks_.empty() && next_ >= questions_.size()) conclude();
}

// A server of random bytes answers some question or other as a protocol might, but not the same one twice: what is only
// likely is asked for again.
void UdpDialogue::hear_out(Finding finding, const Recognizer* question,
                           std::optional<Finding> doubted) {
  if (doubted) return weigh(std::move(finding.protocol == doubted->protocol ? *doubted : finding));
  if (finding.certainty == Certainty::likely && !finding.is_echo() && finding.is_better_than(best_))
    return ask(question, std::move(finding));
  weigh(std::move(finding));
}

void UdpDialogue::weigh(Finding finding) {
  if (finding.is_echo()) {
    if (echo_) {
      best_ = finding.is_better_than(*echo_) ? std::move(finding) : std::move(*echo_);
      echo_.reset();
      return conclude();
    }
    echo_ = std::move(finding);
    return;
  }
  const Bytes answer = finding.words.said(Side::server);
  if (!answer.empty())
    QuestionBook::prefer_openings(std::span(questions_).subspan(next_), Transport::udp, answer);
  if (finding.is_better_than(best_)) best_ = std::move(finding);
}

UdpDialogue::Finding UdpDialogue::find_out(const UdpSocket& socket) const {
  Finding finding{.words = socket.words(),
                  .client = socket.local(),
                  .certainty = Certainty::none,
                  .protocol = {}};
  Observation observation;
  fill_in(finding, observation);
  const Verdict verdict = setting_.classifier.classify(observation);
  finding.certainty = verdict.certainty;
  finding.protocol = verdict.protocol;
  return finding;
}

void UdpDialogue::fill_in(const Finding& finding, Observation& observation) const {
  observation.source = Source::probe;
  observation.origin = setting_.options.origin;
  observation.basis = RoleBasis::handshake;
  observation.client = finding.client;
  observation.server = {target_.host, target_.port};
  observation.first = begun_;
  observation.last = begun_;
  observation.inquiry = inquiry_;
  finding.words.tell(observation);
}

const UdpDialogue::Finding& UdpDialogue::outcome() const {
  if (echo_ && !best_.named()) return *echo_;
  return best_.words.count(Side::server) > 0 ? best_ : unheard_;
}

void UdpDialogue::conclude() {
  if (std::exchange(is_over_, true)) return;
  const bool was_closed = end_ == DialogueEnd::closed;
  // No time is left to ask again.
  for (const auto& talk : talks_)
    if (talk->doubted && talk->doubted->is_better_than(best_)) best_ = std::move(*talk->doubted);
  abandon();
  if (!was_closed)
    end_ = outcome().words.count(Side::server) > 0 ? DialogueEnd::spoke : DialogueEnd::unanswered;
  owner_.over(*this);
}

void UdpDialogue::tell(Observation& observation) const { fill_in(outcome(), observation); }

}  // namespace oddport
