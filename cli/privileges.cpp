#include "cli/privileges.h"

#include <arpa/inet.h>
#include <cap-ng.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/if_ether.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>

namespace oddport {

namespace {

std::optional<unsigned> number_in(const char* variable) {
  const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nobody sets any
  if (value == nullptr) return std::nullopt;
  const std::string_view text = value;
  unsigned number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
  return whole && number != 0 ? std::optional(number) : std::nullopt;
}

struct User {
  uid_t user = 0;
  gid_t group = 0;
};

// Who is to be left; nothing where this process has nobody else's identity, or is root's own.
std::optional<User> whom_to_become() {
  if (geteuid() != getuid() || getegid() != getgid()) return User{getuid(), getgid()};
  const auto user = number_in("SUDO_UID");
  const auto group = number_in("SUDO_GID");
  if (getuid() == 0 && user && group) return User{*user, *group};
  return std::nullopt;
}

// $SUDO_UID only says to whom to fall: whoever can set it for a process of root is root.
const passwd* caller_of_sudo() {
  const auto user = number_in("SUDO_UID");
  return user ? ::getpwuid(*user)
              : nullptr;  // NOLINT(concurrency-mt-unsafe): no thread has started
}

const passwd* user_to_be(const std::string& name) {
  if (!name.empty()) return ::getpwnam(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  const passwd* caller = caller_of_sudo();
  return caller != nullptr ? caller : ::getpwnam("nobody");  // NOLINT(concurrency-mt-unsafe)
}

bool drop_capabilities(std::string& error) {
  capng_clear(CAPNG_SELECT_BOTH);
  if (capng_apply(CAPNG_SELECT_CAPS) == 0) return true;
  error = fmt::format("capabilities cannot be dropped: {}", std::strerror(errno));
  return false;
}

bool become(const User& user, std::string& error) {
  // Capabilities are to outlive the change of the user, only to be given up in order.
  const bool changed = prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 &&
                       (geteuid() != 0 || setgroups(1, &user.group) == 0) &&
                       setresgid(user.group, user.group, user.group) == 0 &&
                       setresuid(user.user, user.user, user.user) == 0;
  if (!changed)
    error = fmt::format("cannot become user {} again: {}", user.user, std::strerror(errno));
  return changed;
}

}  // namespace

bool may_send_raw() {
  const int socket = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
  if (socket < 0) return false;
  close(socket);
  return true;
}

std::string how_to_permit_raw() {
  std::error_code ignored;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", ignored).string();
  return fmt::format("run it as root, or once: sudo setcap cap_net_raw,cap_net_bind_service+ep {}",
                     program.empty() ? "oddport" : program);
}

bool drop_privileges(std::string& error) {
  if (capng_get_caps_process() != 0) {
    error = "the capabilities of this process cannot be read";
    return false;
  }
  const bool may_bind = capng_have_capability(CAPNG_PERMITTED, CAP_NET_BIND_SERVICE) == 1;
  const auto user = whom_to_become();
  if (user && !become(*user, error)) return false;
  capng_clear(CAPNG_SELECT_BOTH);
  if (may_bind)
    capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
                 CAP_NET_BIND_SERVICE);
  if (capng_apply(CAPNG_SELECT_CAPS) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    error = fmt::format("the capabilities cannot be given up: {}", std::strerror(errno));
    return false;
  }
  return true;
}

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
