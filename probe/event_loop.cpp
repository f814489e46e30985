#include "probe/event_loop.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace oddport {

namespace {

epoll_event interest(std::uint64_t id, bool writable) {
  epoll_event event{};
  event.events = EPOLLIN | (writable ? EPOLLOUT : 0u);
  event.data.u64 = id;
  return event;
}

}  // namespace

EventLoop::Watcher::Watcher(EventLoop& loop) : loop_(loop), id_(loop.next_id_++) {
  loop_.watchers_.emplace(id_, this);
}

EventLoop::Watcher::~Watcher() { retire(); }

void EventLoop::Watcher::wake_at(Moment when) {
  let_sleep();
  deadline_ = when;
  has_deadline_ = true;
  loop_.deadlines_.emplace(when, id_);
}

void EventLoop::Watcher::let_sleep() {
  if (std::exchange(has_deadline_, false)) loop_.deadlines_.erase({deadline_, id_});
}

void EventLoop::Watcher::retire() {
  let_sleep();
  if (socket_ >= 0) ::epoll_ctl(loop_.handle(), EPOLL_CTL_DEL, std::exchange(socket_, -1), nullptr);
  loop_.watchers_.erase(id_);
}

bool EventLoop::Watcher::watch(int socket, bool writable) {
  epoll_event event = interest(id_, writable);
  if (::epoll_ctl(loop_.handle(), EPOLL_CTL_ADD, socket, &event) != 0) return false;
  socket_ = socket;
  return true;
}

bool EventLoop::Watcher::watch_again(int socket, bool writable) {
  epoll_event event = interest(id_, writable);
  return ::epoll_ctl(loop_.handle(), EPOLL_CTL_MOD, socket, &event) == 0;
}

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

std::chrono::milliseconds EventLoop::until_next(std::chrono::milliseconds longest) const {
  if (deadlines_.empty()) return longest;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadlines_.begin()->first - Clock::now());
  return std::clamp(left, std::chrono::milliseconds{0}, longest);
}

void EventLoop::turn(std::chrono::milliseconds longest) {
  std::array<epoll_event, 256> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(until_next(longest).count()));
  for (int n = 0; n < count; ++n) {
    const epoll_event& event = events[static_cast<std::size_t>(n)];
    // Whoever was called before may have retired this one.
    const auto found = watchers_.find(event.data.u64);
    if (found == watchers_.end()) continue;
    found->second->on_ready({.readable = (event.events & (EPOLLIN | EPOLLHUP)) != 0,
                             .writable = (event.events & EPOLLOUT) != 0,
                             .failed = (event.events & EPOLLERR) != 0});
  }
  const Moment now = Clock::now();
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const std::uint64_t id = deadlines_.begin()->second;
    const auto found = watchers_.find(id);
    deadlines_.erase(deadlines_.begin());
    if (found == watchers_.end()) continue;
    found->second->has_deadline_ = false;
    found->second->on_time();
  }
  buried_.clear();
}

void EventLoop::bury(std::unique_ptr<Watcher> watcher) {
  if (!watcher) return;
  watcher->retire();
  buried_.push_back(std::move(watcher));
}

}  // namespace oddport
