// VMware's authentication daemon, by which consoles and managers reach an ESXi host or a Workstation.
//
// "220 VMware Authentication Daemon Version 1.10: SSL Required, ServerDaemonProtocol:SOAP,
// MKSDisplayProtocol:VNC , ..."; then USER, PASS, SESSION and others, each with a reply of three
// digits. Seen on 902 and 912.
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes start = "VMware Authentication Daemon Version ";

Match recognize(const Exchange& seen) {
  const Line line = first_line(seen.server);
  const auto reply = parse_reply(line.text);
  if (!reply || reply->code != 220 || reply->more || !reply->text.starts_with(start)) return {};
  const Bytes rest = reply->text.substr(start.size());
  if (!line.ended || rest.empty() || !is_digit(static_cast<unsigned char>(rest[0]))) return {};
  return confirmed("server greets with version {}", Printable{rest, 60});
}

constexpr Example examples[] = {
    {.about = "an ESXi host",
     .server = "220 VMware Authentication Daemon Version 1.10: SSL Required, "
               "ServerDaemonProtocol:SOAP, MKSDisplayProtocol:VNC , VMXARGS supported\r\n",
     .first = Side::server},
    {.about = "an old one, and a login",
     .client = "USER root\r\n",
     .server = "220 VMware Authentication Daemon Version 1.00: SSL Required\r\n",
     .first = Side::server},
    {.about = "no version",
     .server = "220 VMware Authentication Daemon Version \r\n",
     .expect = Certainty::none},
    {.about = "a mail server of VMware",
     .server = "220 vmware.example ESMTP\r\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer vmware_authd;
constinit const Recognizer vmware_authd{
    .name = "vmware-authd",
    .title = "VMware authentication daemon",
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "the daemon's greeting",
    .opens = {.client = {}, .server = ByteSet::of("2")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
