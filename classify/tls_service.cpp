#include "classify/tls_service.h"

#include <algorithm>

#include "classify/recognition.h"
#include "classify/recognizers.h"

namespace oddport {

namespace {

struct TlsService {
  std::string_view service;   // as IANA names it
  std::string_view protocol;  // as its recognizer is named
};

constexpr TlsService services[] = {
    {"corba-iiop-ssl", "giop"},
    {"domain-s", "dns"},
    {"epp", "epp"},
    {"ftps", "ftp"},
    {"ftps-data", "ftp"},
    {"https", "http"},
    {"imap4-ssl", "imap"},
    {"imaps", "imap"},
    {"ipps", "ipp"},
    {"ircs", "irc"},
    {"iris-xpcs", "iris-xpc"},
    {"ldaps", "ldap"},
    {"mbap-s", "modbus"},
    {"netconfsoaphttp", "http"},
    {"nntps", "nntp"},
    {"oob-ws-https", "http"},
    {"pop3s", "pop3"},
    {"rtsps", "rtsp"},
    {"sshell", "rsh"},
    {"submissions", "smtp"},
    {"telnets", "telnet"},
};

}  // namespace

const Home* find_home_in_tls(std::string_view protocol, std::uint16_t port) {
  static const Recognizer* const tls = find_recognizer("tls");
  if (tls == nullptr) return nullptr;
  const auto home = std::ranges::find_if(tls->homes, [&](const Home& candidate) {
    return candidate.port == port && std::ranges::any_of(services, [&](const TlsService& each) {
             return each.service == candidate.service && each.protocol == protocol;
           });
  });
  return home == tls->homes.end() ? nullptr : &*home;
}

}  // namespace oddport
