#include "probe/tcp_dialogue.h"

#include <algorithm>
#include <utility>

#include "classify/recognition.h"
#include "classify/recognizers.h"
#include "probe/clock.h"
#include "probe/manner.h"

namespace oddport {

namespace {

using std::chrono::milliseconds;
using Duration = EventLoop::Clock::duration;

// Behind the last byte that came, before the rest is given up.
constexpr milliseconds settling_time{250};
constexpr std::size_t brief_questions = 3;
// A service that closes at once on everybody is asked a few things all the same, without waiting.
constexpr std::size_t questions_to_the_rude = 3;
constexpr std::size_t connections_inside_tls = 3;
constexpr unsigned most_failures = 3;
// A service that closes on each question at once could be asked all that there are.
constexpr std::size_t most_questions = 120;
// What every server of a text protocol answers somehow, be it with an error.
constexpr Bytes call_for_help = "help\r\n";
constexpr std::size_t most_refusals = 32;

// Whole lines of text. Who prompts without ending the line asks for a name or a password, and is given none.
bool is_text_line(Bytes bytes) {
  return bytes.ends_with('\n') && std::ranges::all_of(bytes, [](char c) {
           return (c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t';
         });
}

// The answer of a terminal without any abilities to the options that a Telnet server begins with (RFC 854): it will not, and the
// server shall not. Empty where nothing of that kind was said.
std::string refuse_options(Bytes said) {
  constexpr char iac = '\xff';
  constexpr char will = '\xfb';
  constexpr char wont = '\xfc';
  constexpr char do_it = '\xfd';
  constexpr char dont = '\xfe';
  std::string refusals;
  for (std::size_t at = 0; at + 2 < said.size() && refusals.size() < 3 * most_refusals; at += 3) {
    if (said[at] != iac || (said[at + 1] != will && said[at + 1] != do_it)) break;
    refusals += {iac, said[at + 1] == will ? dont : wont, said[at + 2]};
  }
  return refusals;
}

// What to say to who spoke first and has fallen silent, to hear more; empty where nothing is harmless.
std::string reply_to(Bytes said) {
  return is_text_line(said) ? std::string(call_for_help) : refuse_options(said);
}

}  // namespace

bool TcpDialogue::Finding::is_better_than(const Finding& other) const {
  if (certainty != other.certainty) return certainty > other.certainty;
  if (named()) return false;
  return words.total(Side::server) > other.words.total(Side::server);
}

bool TcpDialogue::Finding::is_echo() const {
  const Bytes asked = words.said(Side::client);
  const Bytes answer = words.said(Side::server);
  return !words.server_speaks_first() && !answer.empty() && !asked.empty() &&
         (asked.starts_with(answer) || answer.starts_with(asked));
}

TcpDialogue::TcpDialogue(DialogueSetting& setting, Dialogue::Owner& owner, const Target& target,
                         bool brief)
    : Dialogue(setting.loop), setting_(setting), owner_(owner), target_(target), brief_(brief) {}

void TcpDialogue::begin() {
  begun_ = wall_time();
  questions_ = setting_.book.questions(target_.port, Transport::tcp);
  questions_.resize(std::min(questions_.size(), brief_ ? brief_questions : most_questions));
  for (const Recognizer* each : all_recognizers())
    if (!brief_ && find_home(*each, target_.port, Transport::tcp) != nullptr)
      thinking_time_ = std::max<Duration>(thinking_time_, manner_of(*each).thinks);
  if (!dial(nullptr)) conclude();
}

void TcpDialogue::abandon() {
  drop_all_but(nullptr);
  retire();
  is_over_ = true;
  if (best_.words.total(Side::server) > 0 || outer_) end_ = DialogueEnd::spoke;
}

TcpDialogue::Talk& TcpDialogue::find(const TcpConnection& line) {
  return **std::ranges::find_if(talks_,
                                [&](const auto& talk) { return talk->line.get() == &line; });
}

bool TcpDialogue::is_tls_question(const Recognizer* question) const {
  return setting_.tls && (outer_ || (question != nullptr && question->name == "tls"));
}

bool TcpDialogue::dial(const Recognizer* question) {
  auto talk = std::make_unique<Talk>();
  talk->question = question;
  talk->line = std::make_unique<TcpConnection>(
      setting_.loop, static_cast<TcpConnection::Owner&>(*this), target_,
      SourceChoice{.ip = setting_.options.source_ip, .reserved_port = use_reserved_port_},
      is_tls_question(question) ? setting_.tls.get() : nullptr);
  const TcpConnection::End end = talk->line->end();
  if (end != TcpConnection::End::none) {
    ++failures_;
    if (connections_ == 0 && end != TcpConnection::End::no_socket)
      end_ = end == TcpConnection::End::refused ? DialogueEnd::closed : DialogueEnd::unreachable;
    return false;
  }
  talk->line->wake_in(setting_.options.connect_time);
  talks_.push_back(std::move(talk));
  return true;
}

void TcpDialogue::drop(Talk& talk) {
  talk.line->close();
  setting_.loop.bury(std::move(talk.line));
  std::erase_if(talks_, [](const auto& each) { return each->line == nullptr; });
}

void TcpDialogue::drop_all_but(const Talk* kept) {
  for (const auto& talk : talks_) {
    if (talk.get() == kept) continue;
    talk->line->close();
    setting_.loop.bury(std::move(talk->line));
  }
  std::erase_if(talks_, [](const auto& each) { return each->line == nullptr; });
}

Duration TcpDialogue::patience_for_banner() const {
  return std::clamp<Duration>(3 * round_trip_ + milliseconds{500}, milliseconds{500},
                              milliseconds{1200});
}

Duration TcpDialogue::patience_for_answer() const {
  return std::clamp<Duration>(4 * round_trip_ + milliseconds{700}, milliseconds{700},
                              milliseconds{1500});
}

void TcpDialogue::connected(TcpConnection& line) {
  Talk& talk = find(line);
  if (connections_++ == 0) {
    round_trip_ = line.round_trip();
    wake_in(std::max<Duration>(setting_.options.tcp_time, thinking_time_ + settling_time));
  }
  if (line.has_reserved_port()) tried_reserved_port_ = true;
  if (is_tls_question(talk.question)) {
    if (!outer_) ++inquiry_.questions;
    line.wake_in(2 * patience_for_answer());
  } else if (talk.question == nullptr) {
    line.wake_in(patience_for_banner());
  } else {
    ask(talk);
  }
}

void TcpDialogue::ask(Talk& talk) {
  talk.asked = true;
  ++inquiry_.questions;
  talk.line->wake_in(patience_for_answer());
  talk.line->say(question_over(*talk.question, Transport::tcp));
}

// The first handshake that succeeds settles what the port speaks; from then on all is asked inside.
void TcpDialogue::secured(TcpConnection& line) {
  Talk& talk = find(line);
  if (!outer_) {
    outer_ = find_out(talk, line.wire(), std::nullopt);
    drop_all_but(&talk);
    questions_ = setting_.book.questions_inside_tls(target_.port);
    questions_.resize(std::min(questions_.size(), most_questions));
    next_ = 0;
    best_ = {};
    echo_.reset();
    talk.question = nullptr;
    wake_in(setting_.options.tcp_time);
  }
  if (talk.question != nullptr) return ask(talk);
  line.wake_in(patience_for_banner());
}

void TcpDialogue::heard(TcpConnection& line) {
  Talk& talk = find(line);
  if (line.is_tls() && !line.envelope()) return;  // the handshake goes on
  line.wake_in(settling_time);
  judge(talk, false);
}

void TcpDialogue::ended(TcpConnection& line) {
  Talk& talk = find(line);
  if (!line.is_connected()) return failed_to_connect(talk);
  if (line.words().count(Side::server) == 0) return hung_up_on(talk);
  judge(talk, true);
  if (is_over_) return;
  if (line.words().server_speaks_first()) ask_no_more();
  drop(talk);
  go_on();
}

void TcpDialogue::ran_out(TcpConnection& line) {
  Talk& talk = find(line);
  if (!line.is_connected()) return failed_to_connect(talk);
  if (line.words().count(Side::server) == 0) return heard_nothing(talk);
  judge(talk, true);
  if (is_over_) return;
  if (line.words().server_speaks_first()) return spoke_unasked(talk);
  drop(talk);
  go_on();
}

// Who speaks first is not asked what others would want to hear: most take the first line for a name or a command.
void TcpDialogue::ask_no_more() {
  questions_.clear();
  next_ = 0;
}

void TcpDialogue::spoke_unasked(Talk& talk) {
  ask_no_more();
  const std::string reply =
      talk.helped ? std::string() : reply_to(talk.line->words().said(Side::server));
  if (reply.empty()) {
    drop(talk);
    return go_on();
  }
  talk.helped = true;
  ++inquiry_.questions;
  talk.line->wake_in(patience_for_answer());
  talk.line->say(reply);
}

void TcpDialogue::heard_nothing(Talk& talk) {
  if (talk.patient) {
    drop(talk);
    return go_on();
  }
  const bool listened = !talk.asked && (!talk.line->is_tls() || talk.line->envelope());
  if (listened && !outer_ && thinking_time_ > Duration::zero()) {
    talk.patient = true;
    talk.line->wake_in(thinking_time_);
    return go_on();
  }
  if (listened && talk.line->has_reserved_port()) {
    inquiry_.wants_reserved_port = true;
    keep_questions_at_home();
  }
  const bool goes_on = listened && has_more() && (outer_ || !is_tls_question(questions_[next_]));
  if (goes_on) {
    talk.question = questions_[next_++];
    ask(talk);
  } else {
    drop(talk);
  }
  go_on();
}

// Whoever insists on a reserved port takes what comes for a user's name: nothing is asked that might be one.
void TcpDialogue::keep_questions_at_home() {
  std::erase_if(questions_, [&](const Recognizer* each) {
    return find_home(*each, target_.port, Transport::tcp) == nullptr;
  });
  next_ = 0;
}

void TcpDialogue::hung_up_on(Talk& talk) {
  const bool at_once = !talk.asked && talk.question == nullptr && !talk.patient;
  const bool was_reserved = talk.line->has_reserved_port();
  drop(talk);
  if (at_once && !outer_) {
    if (!was_reserved && !tried_reserved_port_ && setting_.options.reserved_ports) {
      use_reserved_port_ = true;
      tried_reserved_port_ = true;
      if (dial(nullptr)) return;
    }
    use_reserved_port_ = false;
    inquiry_.hung_up = true;
    questions_.resize(std::min(questions_.size(), next_ + questions_to_the_rude));
  }
  go_on();
}

void TcpDialogue::failed_to_connect(Talk& talk) {
  ++failures_;
  if (connections_ == 0)
    end_ = talk.line->end() == TcpConnection::End::refused ? DialogueEnd::closed
                                                           : DialogueEnd::unreachable;
  drop(talk);
  if (connections_ == 0) return conclude();
  go_on();
}

void TcpDialogue::go_on() {
  const std::size_t most = outer_ ? connections_inside_tls : setting_.options.connections_per_port;
  while (has_more() && talks_.size() < most && failures_ < most_failures)
    if (dial(questions_[next_])) ++next_;
  if (talks_.empty()) conclude();
}

void TcpDialogue::judge(const Talk& talk, bool is_last) {
  weigh(find_out(talk, talk.line->words(), talk.line->envelope()), is_last);
}

TcpDialogue::Finding TcpDialogue::find_out(const Talk& talk, const Transcript& words,
                                           const std::optional<TlsEnvelope>& envelope) const {
  Finding finding{.words = words,
                  .envelope = envelope,
                  .client = talk.line->local(),
                  .certainty = Certainty::none,
                  .protocol = {}};
  Observation observation;
  fill_in(finding, observation);
  const Verdict verdict = setting_.classifier.classify(observation);
  finding.certainty = verdict.certainty;
  finding.protocol = verdict.protocol;
  return finding;
}

void TcpDialogue::weigh(Finding finding, bool is_last) {
  if (finding.is_echo()) {
    if (is_last) weigh_echo(std::move(finding));
    return;
  }
  const bool is_sure = finding.certainty == Certainty::confirmed;
  if (is_last && !is_sure) ask_next_about(finding);
  if (finding.is_better_than(best_)) best_ = std::move(finding);
  if (is_sure) conclude();
}

// A service that repeats one question may have meant it; one that repeats two is an echo.
void TcpDialogue::weigh_echo(Finding finding) {
  if (echo_) {
    best_ = finding.is_better_than(*echo_) ? std::move(finding) : std::move(*echo_);
    echo_.reset();
    return conclude();
  }
  echo_ = std::move(finding);
  const auto rest = std::span(questions_).subspan(next_);
  std::stable_partition(rest.begin(), rest.end(),
                        [](const Recognizer* each) { return each->name == "echo"; });
}

// An answer that is not recognized for sure suggests whom to ask for next.
void TcpDialogue::ask_next_about(const Finding& finding) {
  const Bytes answer = finding.words.said(Side::server);
  if (answer.empty()) return;
  QuestionBook::prefer_openings(std::span(questions_).subspan(next_), Transport::tcp, answer);
}

const TcpDialogue::Finding& TcpDialogue::outcome() const {
  if (echo_ && !best_.named()) return *echo_;
  if (outer_ && !best_.named()) return *outer_;
  return best_;
}

void TcpDialogue::conclude() {
  if (std::exchange(is_over_, true)) return;
  drop_all_but(nullptr);
  retire();
  if (connections_ > 0) {
    const bool spoke = outcome().words.count(Side::server) > 0;
    end_ =
        spoke ? DialogueEnd::spoke : (inquiry_.hung_up ? DialogueEnd::hung_up : DialogueEnd::mute);
  }
  owner_.over(*this);
}

void TcpDialogue::fill_in(const Finding& finding, Observation& observation) const {
  observation.source = Source::probe;
  observation.origin = setting_.options.origin;
  observation.basis = RoleBasis::handshake;
  observation.client = finding.client;
  observation.server = {target_.host, target_.port};
  observation.first = begun_;
  observation.last = begun_;
  observation.envelope = finding.envelope;
  observation.inquiry = inquiry_;
  finding.words.tell(observation);
}

void TcpDialogue::tell(Observation& observation) const { fill_in(outcome(), observation); }

}  // namespace oddport
