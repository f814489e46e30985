#include "capture/sieve.h"

#include "capture/port_peek.h"

namespace oddport {

Sieve::Sieve(PacketSource& source, const PortSet& watched, Crew& crew, std::uint64_t stretch)
    : source_(source),
      to_decode_(ports_to_decode(watched)),
      parallel_(ParallelSieve::over(source, to_decode_, crew, stretch)) {}

const PacketBatch* Sieve::next() {
  if (parallel_ != nullptr) {
    if (const PacketBatch* batch = parallel_->next(); batch != nullptr) return batch;
    source_.go_on_at(parallel_->end());
    parallel_.reset();
  }
  if (sequential_ == nullptr) sequential_ = std::make_unique<SequentialSieve>(source_, to_decode_);
  return sequential_->next();
}

}  // namespace oddport
