// QMQP: a mail handed to a queue elsewhere, by one netstring: cr.yp.to/proto/qmqp.html.
//
//   client  a netstring of netstrings: the mail, its sender, each recipient
//   server  one netstring: K, Z or D and a text
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/netstring.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

enum class Package : std::uint8_t { none, begun, whole };

bool is_address(const Netstring& string) {
  return string.whole && string.length <= 1000 && (string.length == 0 || is_token(string.text));
}

// The mail, then addresses up to the end.
Package read_package(Bytes said) {
  ByteReader reader{said};
  Netstring outer;
  if (!read_netstring(reader, outer) || !reader.at_end()) return Package::none;
  ByteReader inner{outer.text};
  Netstring mail;
  if (!read_netstring(inner, mail) || mail.length + 6 > outer.length) return Package::none;
  if (mail.text.find('\0') != Bytes::npos || mail.text.size() < 2) return Package::none;
  if (!outer.whole) return is_text(mail.text) ? Package::begun : Package::none;
  std::size_t addresses = 0;
  for (; !inner.at_end(); ++addresses) {
    Netstring address;
    if (!read_netstring(inner, address) || !is_address(address)) return Package::none;
  }
  return mail.whole && addresses >= 2 ? Package::whole : Package::none;
}

Match recognize(const Exchange& seen) {
  const Package package = read_package(seen.client);
  const std::size_t verdicts = count_verdicts(seen.server);
  const Bytes text = up_to_line_end(seen.server.substr(seen.server.find(':') + 1));
  if (package == Package::none) {
    if (verdicts != 1) return {};
    if (!seen.client.empty() && (seen.client.front() >= '0' && seen.client.front() <= '9'))
      return hint("server gives one verdict in a netstring: {}", Printable{text});
    return likely("server gives one verdict in a netstring: {}", Printable{text});
  }
  if (verdicts == 1)
    return confirmed("client hands over a mail in netstrings, server says {}", Printable{text});
  if (!seen.server.empty()) return hint("client's netstrings look like a mail");
  if (package == Package::whole) return confirmed("client hands over a mail in netstrings");
  return likely("client begins to hand over a mail in netstrings");
}

constexpr auto homes = std::to_array<Home>({{.port = 628, .service = "qmqp"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a mail taken",
     .client = "40:13:Subject: a\n\nb,6:me@a.b,10:you@c.test,,",
     .server = "21:Kok 1700000000 qp 423,"},
    {.about = "the mail alone", .client = "40:13:Subject: a\n\nb,6:me@a.b,10:you@c.test,,"},
    {.about = "a mail of which the beginning was kept",
     .client = "9000:8950:Received: from somewhere\nSubject: long\n\n",
     .server = "5:Dno.\n,"},
    {.about = "the verdict alone",
     .server = "58:Dnetstring format error while receiving QMQP packet header,",
     .expect = Certainty::likely},
    {.about = "QMTP: no netstring around all",
     .client = "12:\nSubject: a\n,6:me@a.b,13:10:you@c.test,,",
     .server = "21:Kok 1700000000 qp 423,",
     .expect = Certainty::none},
    {.about = "SCGI",
     .client = "24:CONTENT_LENGTH\0"
               "0\0SCGI\0"
               "1\0,"_b,
     .expect = Certainty::none},
    {.about = "a length that is not the string's",
     .server = "57:Dnetstring format error while receiving QMQP packet header,",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer qmqp;
constinit const Recognizer qmqp{
    .name = "qmqp",
    .title = "QMQP",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: every request is a mail"},
    .reference = "cr.yp.to/proto/qmqp.html",
    .opens = {.client = ByteSet::digits(), .server = ByteSet::digits()},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
