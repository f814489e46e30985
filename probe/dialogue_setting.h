// What all dialogues of one run share.
#pragma once

#include <memory>

#include "probe/dialogues.h"
#include "probe/event_loop.h"
#include "probe/question_book.h"
#include "probe/tls_session.h"
#include "probe/transcript.h"

namespace oddport {

struct DialogueSetting {
  DialogueSetting(const DialogueOptions& chosen, const Classifier& judge)
      : options(chosen),
        classifier(judge),
        book({.control = chosen.control}),
        tls(chosen.tls ? std::make_unique<TlsContext>() : nullptr) {}

  DialogueOptions options;
  const Classifier& classifier;
  QuestionBook book;
  std::unique_ptr<TlsContext> tls;  // null where TLS is not to be spoken
  EventLoop loop;
};

// One endpoint's dialogue, from its beginning until it is told.
class Dialogue : public EventLoop::Watcher {
 public:
  // Told once, when the dialogue is over; it may be destroyed in the call only by EventLoop::bury.
  class Owner {
   public:
    virtual void over(Dialogue& dialogue) = 0;

   protected:
    ~Owner() = default;
  };

  using Watcher::Watcher;
  virtual void begin() = 0;
  // Ends it at once, without a word to the owner.
  virtual void abandon() = 0;
  virtual const Target& target() const = 0;
  virtual DialogueEnd end() const = 0;
  // Fills the observation, whose views last as long as the dialogue.
  virtual void tell(Observation& observation) const = 0;
};

}  // namespace oddport
