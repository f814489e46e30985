// Ctrl-C as a question to be asked between two batches: what was read so far is still reported.
#pragma once

#include <atomic>

namespace oddport {

// From now on the first SIGINT or SIGTERM only sets the mark that is returned, a second one ends the program; a broken
// pipe becomes an error of write().
const std::atomic<bool>& catch_interrupts();

}  // namespace oddport
