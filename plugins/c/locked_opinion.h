// A second opinion that many threads may ask.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "classify/second_opinion.h"

namespace oddport {

class LockedOpinion final : public SecondOpinion {
 public:
  explicit LockedOpinion(std::unique_ptr<SecondOpinion> opinion) : opinion_(std::move(opinion)) {}

  std::string_view who() const override { return opinion_->who(); }
  const Recognizer* ask(const Exchange& exchange) override {
    // One lock for all: nDPI has variables of its own that its modules share. It is asked rarely, and for microseconds.
    static constinit std::mutex asking;
    const std::scoped_lock lock(asking);
    return opinion_->ask(exchange);
  }

 private:
  std::unique_ptr<SecondOpinion> opinion_;
};

}  // namespace oddport
