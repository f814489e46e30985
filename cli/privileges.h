// The rights that a command begins with, and how it gets rid of them as soon as its sockets and interfaces are open.
#pragma once

#include <string>

namespace oddport {

// Whether this process may open packet sockets (CAP_NET_RAW): found out by opening one.
bool may_send_raw();

// How the user can give that right, naming this very program; one sentence.
std::string how_to_permit_raw();

// From now on this thread, and those that it starts, can do no more than the user who began the scan: a program that is set-UID, or
// run by sudo, becomes that user, and of all capabilities only CAP_NET_BIND_SERVICE stays, which reserved source ports need.
// On error returns false and says in `error` what remained.
bool drop_privileges(std::string& error);

// Drops all capabilities; of root it makes `user`, where that is empty whoever called sudo, else nobody. Before any thread starts.
// False where something is left that should be gone, and `error` says what; `became` is the user that it is now, empty where
// that did not change.
bool become_unprivileged(const std::string& user, std::string& became, std::string& error);

}  // namespace oddport
