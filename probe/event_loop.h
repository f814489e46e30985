// Waits for many sockets and deadlines at once, on one thread (epoll).
#pragma once

#include <absl/container/flat_hash_map.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "probe/file_descriptor.h"

namespace oddport {

class EventLoop {
 public:
  using Clock = std::chrono::steady_clock;
  using Moment = Clock::time_point;

  // What may happen to a socket.
  struct Event {
    bool readable = false;
    bool writable = false;
    bool failed = false;
  };

  // Has at most one socket and one deadline in the loop, which must outlive it.
  class Watcher {
   public:
    explicit Watcher(EventLoop& loop);
    virtual ~Watcher();
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    virtual void on_ready(Event) {}
    virtual void on_time() {}

    // Replaces an earlier deadline.
    void wake_at(Moment when);
    void wake_in(Clock::duration delay) { wake_at(Clock::now() + delay); }
    void let_sleep();
    // Nothing happens to it any more.
    void retire();

   protected:
    // The socket stays the caller's and is watched until it is closed or retire() is called. False where epoll refuses.
    bool watch(int socket, bool writable);
    bool watch_again(int socket, bool writable);

   private:
    friend class EventLoop;

    EventLoop& loop_;
    std::uint64_t id_;
    Moment deadline_{};
    bool has_deadline_ = false;
    int socket_ = -1;
  };

  // Throws std::system_error where the system has no epoll to give.
  EventLoop();

  // Handles what happens within `longest`, and then the deadlines that have passed.
  void turn(std::chrono::milliseconds longest);

  // Keeps a watcher that is being called until the turn is over.
  void bury(std::unique_ptr<Watcher> watcher);

  int handle() const { return epoll_.get(); }

 private:
  std::chrono::milliseconds until_next(std::chrono::milliseconds longest) const;

  FileDescriptor epoll_;
  absl::flat_hash_map<std::uint64_t, Watcher*> watchers_;
  std::set<std::pair<Moment, std::uint64_t>> deadlines_;
  std::vector<std::unique_ptr<Watcher>> buried_;
  std::uint64_t next_id_ = 1;
};

}  // namespace oddport
