// Signals as questions to be asked between two batches: Ctrl-C, upon which what was found so far is still reported, and SIGHUP.
#pragma once

#include <atomic>

namespace oddport {

// From now on the first SIGINT or SIGTERM only sets the mark that is returned, a second one ends the program; a broken
// pipe becomes an error of write().
const std::atomic<bool>& catch_interrupts();
// What is done before the second one ends the program, by the signal's handler: signal-safety(7) says what it may. Null: nothing.
void before_the_end(void (*act)());

// From now on SIGHUP only sets the mark that is returned, to be taken down by whoever heeds it.
std::atomic<bool>& catch_hangups();

// From now on SIGUSR1 only sets the mark that is returned; who has seen it takes it back.
std::atomic<bool>& catch_statistics_requests();

}  // namespace oddport
