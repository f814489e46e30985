#include "probe/sender.h"

#include <sys/prctl.h>
#include <time.h>

#include <algorithm>
#include <utility>

#include "probe/clock.h"

namespace oddport {

unsigned attempts_allowed(const Work& work, const Target& target, const UdpQuestions& questions) {
  if (target.transport == Transport::tcp) return work.tcp_attempts;
  return questions.count(target.port) * work.udp_rounds + work.udp_extra;
}

Sender::Sender(SenderContext& context, std::string& error)
    : context_(context), exclusions_(context.order.targets().exclusions()) {
  const auto& ways = context.paths.ways();
  transmitters_.reserve(ways.size());
  for (const Way& way : ways)
    transmitters_.emplace_back(context.paths.links()[way.link], way.frames.is_v4(),
                               context.options.dry_run, error);
}

void Sender::run() {
  // Naps are short; by default the kernel lengthens each by 50 microseconds.
  ::prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);
  while (auto work = context_.queue.pop()) {
    Done done;
    exclusions_ = context_.order.targets().exclusions();
    if (work->block != nullptr)
      attempt(*work, done);
    else
      echo(*work, done);
    done.at = steady_nanoseconds();
    done.work = std::move(*work);
    context_.queue.finish(std::move(done));
  }
}

void Sender::attempt(const Work& work, Done& done) {
  const Block& block = *work.block;
  for (std::uint32_t i = 0; i < block.count && done.error == 0; ++i) {
    if (context_.stop.load(std::memory_order_relaxed)) return;
    if (!block.is_answered(i)) ask(work, i, done);
  }
  if (pending()) flush(work, done);
}

void Sender::ask(const Work& work, std::uint32_t i, Done& done) {
  const Target target = context_.order.at(work.block->first + i);
  if (work.attempt >= attempts_allowed(work, target, context_.questions)) return;
  if (exclusions_->contains(target.host)) {
    if (work.block->mark(i)) ++done.excluded;
    return;
  }
  switch (write(target, work.attempt)) {
    case Path::Kind::no_route:
      if (work.block->mark(i)) ++done.unroutable;
      return;
    case Path::Kind::no_neighbor:
      if (work.block->mark(i)) ++done.unresolved;
      return;
    case Path::Kind::open:
      written_.push_back(i);
      if (pending_ >= batch_size()) flush(work, done);
  }
}

void Sender::echo(const Work& work, Done& done) {
  for (const std::uint64_t place : work.echoes) {
    const Target target = context_.order.at(place);
    if (exclusions_->contains(target.host)) continue;
    write(target, SourcePorts::echo);
    if (pending_ >= batch_size()) flush(work, done);
  }
  if (pending()) flush(work, done);
}

Path::Kind Sender::write(const Target& target, unsigned attempt) {
  const Path path = context_.paths.to(target.host);
  if (path.kind != Path::Kind::open) return path.kind;
  const FrameTemplate& frames = context_.paths.ways()[path.way].frames;
  Transmitter& transmitter = transmitters_[path.way];
  const Octets frame = transmitter.next();
  const std::uint16_t source_port = context_.ports.of(target, attempt);
  ++identification_;
  std::size_t length = 0;
  if (target.transport == Transport::tcp) {
    const auto cookie = static_cast<std::uint32_t>(cookie_of(context_.key, target, source_port));
    length =
        frames.write_syn(frame, target.host, source_port, target.port, cookie, identification_);
  } else {
    length = frames.write_datagram(frame, target.host, source_port, target.port,
                                   context_.questions.at(target.port, attempt), identification_);
  }
  frames.write_next_hop(frame, path.next_hop);
  transmitter.commit(length, target.host);
  ++pending_;
  return Path::Kind::open;
}

std::size_t Sender::batch_size() const {
  // So many at once that they go out within about half a millisecond.
  const double rate = context_.limiter.rate();
  return static_cast<std::size_t>(
      std::clamp(rate / 2000, 1.0, static_cast<double>(Transmitter::max_batch_size)));
}

bool Sender::flush(const Work& work, Done& done) {
  wait_until(context_.limiter.reserve(pending_, steady_nanoseconds()));
  if (context_.options.frames) show_frames();
  if (work.block != nullptr) {
    const auto now = static_cast<std::uint32_t>((steady_nanoseconds() - context_.began) / 1000);
    for (const std::uint32_t i : written_)
      (*work.block->asked)[i].store(now, std::memory_order_relaxed);
  }
  written_.clear();
  pending_ = 0;
  if (context_.stop.load(std::memory_order_relaxed)) {
    for (Transmitter& transmitter : transmitters_) transmitter.forget();
    return false;
  }
  for (Transmitter& transmitter : transmitters_) {
    if (transmitter.empty()) continue;
    const Transmitter::Sent result = transmitter.flush();
    context_.sent += result.frames;
    if (work.attempt > 0) context_.retransmitted += result.frames;
    context_.refused += result.refused;
    if (result.error != 0) done.error = result.error;
  }
  return done.error == 0;
}

void Sender::wait_until(std::int64_t moment) const {
  constexpr std::int64_t longest_nap = 20'000'000;
  for (;;) {
    const std::int64_t left = std::min(moment - steady_nanoseconds(), longest_nap);
    if (left <= 0 || context_.stop.load(std::memory_order_relaxed)) return;
    const timespec pause{0, static_cast<long>(left)};
    ::nanosleep(&pause, nullptr);
  }
}

void Sender::show_frames() {
  const Time now = wall_time();
  const std::lock_guard lock(context_.frames_mutex);
  for (std::size_t way = 0; way < transmitters_.size(); ++way) {
    const std::size_t header = context_.paths.ways()[way].frames.link_header();
    for (std::size_t i = 0; i < transmitters_[way].size(); ++i)
      context_.options.frames(transmitters_[way].frame(i).substr(header), now);
  }
}

}  // namespace oddport
