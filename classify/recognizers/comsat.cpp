// comsat: the mail delivery agent tells the biff daemon that mail has come.
//
// 4.2BSD comsat(8). One datagram, "user@offset" in ASCII, where the offset is the place of the new
// mail in the mailbox; some senders add ":mailbox", a newline, a NUL. Nothing is ever answered.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Notice {
  Bytes user;
  std::uint64_t offset = 0;
  Bytes mailbox;
};

constexpr bool is_user_character(unsigned char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '+';
}

bool read_notice(const Message& message, Notice& notice) {
  ByteReader reader{message.bytes};
  notice.user = reader.take_while(is_user_character, 64);
  if (!message.is_whole() || notice.user.empty() || !reader.accept("@")) return false;
  const Bytes rest = reader.rest();
  notice.offset = reader.decimal();
  if (rest.size() > 1 && rest[0] == '0' && is_digit(static_cast<unsigned char>(rest[1])))
    return false;
  if (reader.accept_if(":")) {
    notice.mailbox = reader.take_while(is_graphic, 255);
    if (notice.mailbox.empty()) return false;
  }
  reader.accept_if("\n");
  reader.accept_if("\0"_b);
  return reader && reader.at_end();
}

Match recognize_comsat(const Exchange& exchange) {
  Notice notice;
  std::size_t notices = 0;
  for (const Message& message : exchange.messages) {
    if (message.from == Side::server || !read_notice(message, notice)) return {};
    ++notices;
  }
  if (notices == 0) return {};
  const Printable user{notice.user, 32};
  if (notice.mailbox.starts_with('/'))
    return confirmed("mail for {} at offset {} of {}", user, notice.offset,
                     Printable{notice.mailbox});
  // A short line with an @ is little; the same form again and again is not chance.
  if (notices >= 2)
    return confirmed("{} notices of mail, the last for {} at offset {}", notices, user,
                     notice.offset);
  return likely("mail for {} at offset {}", user, notice.offset);
}

constexpr Home homes[] = {{.port = 512, .transport = Transport::udp, .service = "biff"}};

constexpr Example examples[] = {
    {.about = "as Postfix sends it", .client = "lab@4711", .expect = Certainty::likely},
    {.about = "as mail.local of 4.4BSD sends it",
     .client = "ann@120\n\0"_b,
     .expect = Certainty::likely},
    {.about = "with the mailbox, as procmail sends it", .client = "lab@77:/var/mail/lab"},
    {.about = "an address, not an offset", .client = "lab@example.org", .expect = Certainty::none},
    {.about = "leading zero", .client = "lab@007", .expect = Certainty::none},
    {.about = "an answer: comsat gives none",
     .client = "lab@120",
     .server = "ok",
     .expect = Certainty::none},
    {.about = "text after the offset", .client = "lab@120 and more", .expect = Certainty::none},
};

}  // namespace

extern const Recognizer comsat;
constinit const Recognizer comsat{
    .name = "comsat",
    .title = "comsat (biff)",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: a notice would be shown to a user"},
    .reference = "4.2BSD comsat(8)",
    .opens = {.client = ByteSet::range(0x21, 0x7e), .server = {}},
    .judge = recognize_comsat,
    .examples = examples,
};

}  // namespace oddport::recognizers
