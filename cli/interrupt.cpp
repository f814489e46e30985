#include "cli/interrupt.h"

#include <csignal>

namespace oddport {

namespace {

// The only globals that may change: a signal handler has no other place to write to.
std::atomic<bool> interrupted = false;
std::atomic<bool> hung_up = false;
std::atomic<bool> statistics_wanted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void mark(int) { interrupted = true; }
void mark_hangup(int) { hung_up = true; }
void mark_statistics(int) { statistics_wanted = true; }

}  // namespace

const std::atomic<bool>& catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = mark;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return interrupted;
}

std::atomic<bool>& catch_hangups() {
  struct sigaction action {};
  action.sa_handler = mark_hangup;
  action.sa_flags = SA_RESTART;
  sigaction(SIGHUP, &action, nullptr);
  return hung_up;
}

std::atomic<bool>& catch_statistics_requests() {
  struct sigaction action {};
  action.sa_handler = mark_statistics;
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &action, nullptr);
  return statistics_wanted;
}

}  // namespace oddport
