#include "cli/interrupt.h"

#include <csignal>

namespace oddport {

namespace {

// The only globals that may change: a signal handler has no other place to write to.
std::atomic<bool> interrupted = false;
std::atomic<bool> hung_up = false;
std::atomic<bool> statistics_wanted = false;
std::atomic<void (*)()> last_act = nullptr;
static_assert(std::atomic<bool>::is_always_lock_free);
static_assert(std::atomic<void (*)()>::is_always_lock_free);

void on(int signal, void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, nullptr);
}

// Nobody catches the signal any more: it ends the program here, and so does a third one while the act takes its time.
void end(int signal) {
  if (const auto act = last_act.load(); act != nullptr) act();
  std::raise(signal);
}

void mark(int signal) {
  interrupted = true;
  on(signal, end, static_cast<int>(SA_RESETHAND | SA_NODEFER));
}
void mark_hangup(int) { hung_up = true; }
void mark_statistics(int) { statistics_wanted = true; }

}  // namespace

const std::atomic<bool>& catch_interrupts() {
  on(SIGINT, mark, 0);
  on(SIGTERM, mark, 0);
  std::signal(SIGPIPE, SIG_IGN);
  return interrupted;
}

void before_the_end(void (*act)()) { last_act = act; }

std::atomic<bool>& catch_hangups() {
  on(SIGHUP, mark_hangup, SA_RESTART);
  return hung_up;
}

std::atomic<bool>& catch_statistics_requests() {
  on(SIGUSR1, mark_statistics, SA_RESTART);
  return statistics_wanted;
}

}  // namespace oddport
