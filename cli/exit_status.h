// What the program's exit status says; docs/records.md tells users.
#pragma once

namespace oddport::exit_status {

inline constexpr int done = 0;
inline constexpr int findings = 1;  // only where --fail-on asked
inline constexpr int bad_usage = 2;
inline constexpr int incomplete =
    3;  // something could not be read or written; what could be is reported
inline constexpr int interrupted = 130;

}  // namespace oddport::exit_status
