// The dialogue with one open TCP port: listens, asks the questions that fit over connections of their own, looks inside TLS.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "probe/dialogue_setting.h"
#include "probe/tcp_connection.h"

namespace oddport {

class TcpDialogue final : public Dialogue, private TcpConnection::Owner {
 public:
  // `brief`: listen, and ask the first few questions only (on hosts where every port seems open).
  TcpDialogue(DialogueSetting& setting, Dialogue::Owner& owner, const Target& target, bool brief);

  void begin() override;
  void abandon() override;
  const Target& target() const override { return target_; }
  DialogueEnd end() const override { return end_; }
  void tell(Observation& observation) const override;

 private:
  // A connection and what it is for.
  struct Talk {
    std::unique_ptr<TcpConnection> line;
    const Recognizer* question = nullptr;  // asked, or to be asked; null: listens
    bool asked = false;
    bool helped = false;   // replied to after it had spoken first
    bool patient = false;  // goes on listening, for the port's own service may be thinking
  };

  // What was said over one connection, judged.
  struct Finding {
    Transcript words{Transport::tcp};
    std::optional<TlsEnvelope> envelope;
    Endpoint client;
    Certainty certainty = Certainty::none;
    std::string_view protocol;

    bool named() const { return certainty >= Certainty::likely; }
    bool is_better_than(const Finding& other) const;
    bool is_echo() const;
  };

  void on_time() override { conclude(); }
  void connected(TcpConnection& line) override;
  void secured(TcpConnection& line) override;
  void heard(TcpConnection& line) override;
  void ended(TcpConnection& line) override;
  void ran_out(TcpConnection& line) override;

  Talk& find(const TcpConnection& line);
  // Opens a connection for a question, or to listen. False where that failed at once.
  bool dial(const Recognizer* question);
  void drop(Talk& talk);
  void drop_all_but(const Talk* kept);
  void ask(Talk& talk);
  bool is_tls_question(const Recognizer* question) const;
  bool has_more() const { return next_ < questions_.size(); }
  // Asks as much at once as may be; concludes where nothing is left to wait for.
  void go_on();
  void failed_to_connect(Talk& talk);
  void hung_up_on(Talk& talk);
  void heard_nothing(Talk& talk);
  void spoke_unasked(Talk& talk);
  void ask_no_more();
  void keep_questions_at_home();
  void judge(const Talk& talk, bool is_last);
  void weigh(Finding finding, bool is_last);
  void weigh_echo(Finding finding);
  void ask_next_about(const Finding& finding);
  Finding find_out(const Talk& talk, const Transcript& words,
                   const std::optional<TlsEnvelope>& envelope) const;
  void fill_in(const Finding& finding, Observation& observation) const;
  const Finding& outcome() const;
  void conclude();
  EventLoop::Clock::duration patience_for_banner() const;
  EventLoop::Clock::duration patience_for_answer() const;

  DialogueSetting& setting_;
  Dialogue::Owner& owner_;
  Target target_;
  bool brief_;
  std::vector<std::unique_ptr<Talk>> talks_;
  std::vector<const Recognizer*> questions_;
  EventLoop::Clock::duration thinking_time_{};  // what is at home may take before it speaks
  std::size_t next_ = 0;  // of the questions: the first that was not asked yet
  Finding best_;
  std::optional<Finding> outer_;  // TLS itself, once it is spoken
  std::optional<Finding>
      echo_;  // repeats what was asked: another question tells whether it always does
  Inquiry inquiry_;
  EventLoop::Clock::duration round_trip_{};
  unsigned connections_ = 0;
  unsigned failures_ = 0;
  bool use_reserved_port_ = false;
  bool tried_reserved_port_ = false;
  bool is_over_ = false;
  Time begun_ = 0;
  DialogueEnd end_ = DialogueEnd::given_up;
};

}  // namespace oddport
