// QMTP: mail delivered by netstrings: cr.yp.to/proto/qmtp.txt.
//
//   client  for each mail three netstrings: the mail behind a LF or CR that tells its line ends, the
//           sender, and a netstring of netstrings with the recipients
//   server  for each recipient a netstring: K, Z or D and a text
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/netstring.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Mails {
  std::size_t whole = 0;
  std::size_t recipients = 0;
  bool begun = false;  // the last one goes on beyond what was captured
  bool odd = false;
};

bool is_address(const Netstring& string) {
  return string.whole && (string.length == 0 || is_token(string.text));
}

bool read_recipients(const Netstring& list, std::size_t& recipients) {
  ByteReader reader{list.text};
  std::size_t count = 0;
  for (; !reader.at_end(); ++count) {
    Netstring address;
    if (!read_netstring(reader, address) || !is_address(address)) return false;
  }
  recipients += count;
  return count > 0;
}

bool is_mail(const Netstring& string) {
  return string.length >= 2 && (string.text.starts_with('\n') || string.text.starts_with('\r')) &&
         string.text.size() >= 2 && string.text.find('\0') == Bytes::npos;
}

bool read_mail(ByteReader& reader, Mails& mails) {
  Netstring mail;
  Netstring sender;
  Netstring list;
  if (!read_netstring(reader, mail) || !is_mail(mail)) return false;
  mails.begun = true;
  if (!mail.whole || reader.at_end()) return true;
  if (!read_netstring(reader, sender)) return false;
  if (!sender.whole || reader.at_end()) return true;
  if (!is_address(sender) || !read_netstring(reader, list)) return false;
  if (!list.whole) return true;
  mails.begun = false;
  ++mails.whole;
  return read_recipients(list, mails.recipients);
}

Mails read_mails(Bytes said) {
  Mails mails;
  for (ByteReader reader{said}; !reader.at_end();) {
    if (read_mail(reader, mails)) continue;
    mails.odd = true;
    break;
  }
  return mails;
}

Match recognize(const Exchange& seen) {
  const Mails mails = read_mails(seen.client);
  const std::size_t verdicts = count_verdicts(seen.server);
  if (mails.whole == 0 && (!mails.begun || mails.odd)) {
    if (verdicts < 2 || !seen.client.empty()) return {};
    return likely("server gives {} verdicts in netstrings", verdicts);
  }
  if (mails.odd || (verdicts == 0 && !seen.server.empty()))
    return hint("client's netstrings look like a mail");
  if (verdicts > 0)
    return confirmed("client sends mail in netstrings, server gives {} verdicts", verdicts);
  if (mails.whole == 0 && (seen.client.size() < 30 || !is_text(seen.client))) return {};
  if (mails.whole == 0) return likely("client begins a mail in a netstring");
  return confirmed("client sends mail to {} recipients in netstrings", mails.recipients);
}

constexpr auto homes = std::to_array<Home>({{.port = 209, .service = "qmtp"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a mail to two, both taken",
     .client = "12:\nSubject: a\n,6:me@a.b,23:10:you@c.test,6:x@c.dd,,",
     .server = "21:Kok 1700000000 qp 423,21:Kok 1700000000 qp 424,"},
    {.about = "the mail alone", .client = "12:\nSubject: a\n,6:me@a.b,14:10:you@c.test,,"},
    {.about = "two verdicts alone",
     .server = "21:Kok 1700000000 qp 423,14:Zqueue is full,",
     .expect = Certainty::likely},
    {.about = "QMQP: one netstring around all",
     .client = "40:13:Subject: a\n\nb,6:me@a.b,10:you@c.test,,",
     .server = "21:Kok 1700000000 qp 423,",
     .expect = Certainty::none},
    {.about = "no line end before the mail",
     .client = "11:Subject: a\n,6:me@a.b,14:10:you@c.test,,",
     .expect = Certainty::none},
    {.about = "recipients that do not fill their netstring",
     .client = "12:\nSubject: a\n,6:me@a.b,15:10:you@c.test,,,",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer qmtp;
constinit const Recognizer qmtp{
    .name = "qmtp",
    .title = "QMTP",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: every request is a mail"},
    .reference = "cr.yp.to/proto/qmtp.txt",
    .opens = {.client = ByteSet::digits(), .server = ByteSet::digits()},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
