// Records the packets of the dialogues, which the kernel's own sockets send and receive, by listening beside them (packet(7)).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "classify/bytes.h"
#include "classify/observation.h"
#include "probe/target_set.h"

namespace oddport {

class DialogueRecorder {
 public:
  // A whole IP packet, without link header. Called on a thread of the recorder's own.
  using Sink = std::function<void(Bytes packet, Time time)>;

  // Listens on all interfaces to packets between a target and a local port that the kernel gives to clients, or a reserved one
  // (512-1023), unless `probe_port` (0: none) is one end: the search's own fixed port. Needs CAP_NET_RAW; on error returns nothing and says in `error` what is wrong and what helps.
  static std::unique_ptr<DialogueRecorder> open(const TargetSet& targets, std::uint16_t probe_port,
                                                Sink sink, std::string& error);
  ~DialogueRecorder();
  DialogueRecorder(const DialogueRecorder&) = delete;
  DialogueRecorder& operator=(const DialogueRecorder&) = delete;

  // Needs no privilege any more.
  void start();
  // Returns once what has come until now is recorded.
  void stop();
  // How many packets came faster than they were recorded.
  std::uint64_t lost() const;

 private:
  class Listener;
  explicit DialogueRecorder(std::unique_ptr<Listener> listener);

  std::unique_ptr<Listener> listener_;
};

}  // namespace oddport
