#include "cli/unprivileged_user.h"

#include <cap-ng.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace oddport {

namespace {

// $SUDO_UID, which only says to whom to fall: whoever can set it for a process of root is root.
const passwd* caller_of_sudo() {
  const char* text =
      std::getenv("SUDO_UID");  // NOLINT(concurrency-mt-unsafe): no thread has started
  if (text == nullptr) return nullptr;
  const std::string_view digits = text;
  uid_t uid = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), uid);
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() || uid == 0)
    return nullptr;
  return ::getpwuid(uid);  // NOLINT(concurrency-mt-unsafe)
}

const passwd* user_to_be(const std::string& name) {
  if (!name.empty()) return ::getpwnam(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  const passwd* caller = caller_of_sudo();
  return caller != nullptr ? caller : ::getpwnam("nobody");  // NOLINT(concurrency-mt-unsafe)
}

bool drop_capabilities(std::string& error) {
  capng_clear(CAPNG_SELECT_BOTH);
  if (capng_apply(CAPNG_SELECT_CAPS) == 0) return true;
  error = fmt::format("capabilities cannot be dropped: {}", std::generic_category().message(errno));
  return false;
}

}  // namespace

bool become_unprivileged(const std::string& user, std::string& became, std::string& error) {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (::geteuid() != 0) return drop_capabilities(error);
  const passwd* entry = user_to_be(user);
  if (entry == nullptr) {
    error = fmt::format("there is no user '{}'", user.empty() ? "nobody" : user);
    return false;
  }
  if (entry->pw_uid == 0) return drop_capabilities(error);
  became = entry->pw_name;
  capng_clear(CAPNG_SELECT_BOTH);
  if (capng_change_id(static_cast<int>(entry->pw_uid), static_cast<int>(entry->pw_gid),
                      CAPNG_DROP_SUPP_GRP) == 0)
    return true;
  error =
      fmt::format("cannot become the user {} (--user root goes on without capabilities)", became);
  return false;
}

}  // namespace oddport
