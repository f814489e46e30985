// The dialogue with one UDP port: asks question after question, each from a socket of its own, and collects what comes back.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probe/dialogue_setting.h"
#include "probe/udp_socket.h"

namespace oddport {

class UdpDialogue final : public Dialogue, private UdpSocket::Owner {
 public:
  // `at_home_only`: ask nothing but what is at home on the port.
  UdpDialogue(DialogueSetting& setting, Dialogue::Owner& owner, const Target& target,
              bool at_home_only);

  void begin() override;
  void abandon() override;
  const Target& target() const override { return target_; }
  DialogueEnd end() const override { return end_; }
  void tell(Observation& observation) const override;

 private:
  struct Finding {
    Transcript words{Transport::udp};
    Endpoint client;
    Certainty certainty = Certainty::none;
    std::string protocol;

    bool named() const { return certainty >= Certainty::likely; }
    bool is_better_than(const Finding& other) const;
    bool is_echo() const;
  };
  struct Talk {
    std::unique_ptr<UdpSocket> socket;
    const Recognizer* question = nullptr;
    unsigned sent = 0;
    // What the same question brought before: this is asked to see whether it does so again.
    std::optional<Finding> doubted;
  };

  void on_time() override;
  void heard(UdpSocket& socket) override;
  void refused(UdpSocket& socket) override;
  void ran_out(UdpSocket& socket) override;

  Talk& find(const UdpSocket& socket);
  void ask(const Recognizer* question, std::optional<Finding> doubted = std::nullopt);
  void send(Talk& talk);
  void ask_some();
  void drop(Talk& talk);
  void hear_out(Finding finding, const Recognizer* question, std::optional<Finding> doubted);
  void weigh(Finding finding);
  Finding find_out(const UdpSocket& socket) const;
  void fill_in(const Finding& finding, Observation& observation) const;
  const Finding& outcome() const;
  void conclude();

  DialogueSetting& setting_;
  Dialogue::Owner& owner_;
  Target target_;
  bool at_home_only_;
  std::vector<std::unique_ptr<Talk>> talks_;
  std::vector<const Recognizer*> questions_;
  std::size_t next_ = 0;
  std::size_t at_home_ = 0;  // so many questions are of protocols at home on the port
  Finding best_;
  Finding unheard_;  // the first question, for the record of a port that never answers
  std::optional<Finding> echo_;
  Inquiry inquiry_;
  EventLoop::Moment last_moment_;
  bool is_over_ = false;
  Time begun_ = 0;
  DialogueEnd end_ = DialogueEnd::given_up;
};

}  // namespace oddport
