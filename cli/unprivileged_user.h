// Gives up, for good, what a program needs only to open interfaces.
#pragma once

#include <string>

namespace oddport {

// Drops all capabilities; of root it makes `user`, where that is empty whoever called sudo, else nobody. Before any thread starts.
// False where something is left that should be gone, and `error` says what; `became` is the user that it is now, empty where
// that did not change.
bool become_unprivileged(const std::string& user, std::string& became, std::string& error);

}  // namespace oddport
