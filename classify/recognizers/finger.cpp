// Finger: who is logged in on a host, or what it tells of a user.
//
// RFC 1288. The client sends one line: nothing, "/W", a user, or user@host; the server writes text
// and closes. The text has no form that is laid down, but its authors copied each other: "Login: ann
// Name: Ann B" or "Login name: ann In real life: Ann B", then "Directory:" and "Shell:"; or a table under
// "Login Name Tty Idle".
#include <algorithm>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto server_first = ByteSet::of("LlfFNU[ \r\n");

// The line of the client, with no user in it perhaps; false where it said anything else.
bool read_question(Bytes client, Bytes& user) {
  LineReader lines{client};
  const Line line = lines.next();
  if (!line.ended || !lines.at_end() || line.text.size() > 80 || !is_printable(line.text))
    return false;
  Bytes text = line.text;
  if (text.starts_with("/W") || text.starts_with("/w")) text.remove_prefix(2);
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  user = text.substr(0, text.find('@'));
  return user.empty() || is_token(user);
}

// What comes behind "Login: " or "Login name: " at the beginning of a line.
Bytes told_login(Bytes line) {
  for (const Bytes label : {"Login: ", "Login name: "})
    if (line.starts_with(label)) {
      Bytes rest = line.substr(label.size());
      rest = rest.substr(std::min(rest.size(), rest.find_first_not_of(' ')));
      return rest.substr(0, rest.find_first_of(" \t"));
    }
  return {};
}

struct Answer {
  Bytes login;
  bool names = false;     // "Name: " or "In real life: " behind it
  int details = 0;        // "Directory: ", "Shell: ", "Plan:" ...
  bool is_table = false;  // the head of a table of users
  bool nobody = false;    // "No one logged on."
  Bytes unknown;          // the user of whom nothing is known
};

bool is_table_head(Bytes line) {
  const bool user = line.starts_with("Login ") || line.find("User ") != Bytes::npos;
  const bool place = contains_ignoring_case(line, "tty") || line.find("Location") != Bytes::npos ||
                     line.find("Host(s)") != Bytes::npos;
  return user && place && line.find("Idle") != Bytes::npos;
}

// "finger: ann: no such user."
Bytes unknown_user(Bytes line) {
  ByteReader reader{line};
  reader.accept("finger: ");
  const Bytes user = reader.until(':', 64);
  reader.accept(" no such user");
  return reader && is_token(user) ? user : Bytes{};
}

Answer read_answer(Bytes server) {
  Answer answer{.login = {}, .unknown = {}};
  for (LineReader lines{server}; !lines.at_end();) {
    const Bytes line = lines.next().text;
    const Bytes login = told_login(line);
    if (answer.login.empty() && is_token(login)) {
      answer.login = login;
      answer.names =
          line.find("Name: ") != Bytes::npos || line.find("In real life: ") != Bytes::npos;
    }
    if (answer.unknown.empty()) answer.unknown = unknown_user(line);
    if (is_table_head(line)) answer.is_table = true;
    if (line.starts_with("No one logged on")) answer.nobody = true;
    for (const Bytes label : {"Directory: ", "No Plan.", "Plan:", "Never logged in.", "Last login ",
                              "On since ", "No mail.", "Office: "})
      if (line.starts_with(label)) ++answer.details;
  }
  return answer;
}

Match recognize_finger(const Exchange& exchange) {
  if (exchange.server.empty() ||
      !server_first.contains(static_cast<unsigned char>(exchange.server[0])))
    return {};
  Bytes user;
  if (!exchange.client.empty() && !read_question(exchange.client, user)) return {};
  if (!is_text(exchange.server)) return {};
  const Answer answer = read_answer(exchange.server);
  const bool asked = !exchange.client.empty() && !exchange.server_speaks_first();
  const bool tells = !answer.login.empty() && answer.names;
  if (asked && !user.empty()) {
    if (tells && equal_ignoring_case(answer.login, user) && answer.details > 0)
      return confirmed("client asks for {}, server tells of that user", Printable{user, 32});
    if (equal_ignoring_case(answer.unknown, user))
      return confirmed("client asks for {}, server knows no such user", Printable{user, 32});
  }
  if (tells && answer.details > 0)
    return likely("server tells of the user {}", Printable{answer.login, 32});
  if (answer.is_table && (exchange.client.empty() || user.empty()))
    return likely("server lists who is logged in");
  if (asked && user.empty() && answer.nobody) return likely("server says that no one is logged in");
  return {};
}

constexpr Home homes[] = {{.port = 79, .transport = Transport::tcp, .service = "finger"}};

constexpr Example examples[] = {
    {.about = "a user",
     .client = "ann\r\n",
     .server =
         "Login: ann           \t\t\tName: Ann B\r\nDirectory: /home/ann     \tShell: /bin/sh\r\n"
         "No mail.\r\nNo Plan.\r\n"},
    {.about = "nobody of that name",
     .client = "/W bob\r\n",
     .server = "finger: bob: no such user.\r\n"},
    {.about = "who is there",
     .client = "\r\n",
     .server = "Login     Name       Tty      Idle  Login Time   Office\r\n"
               "ann       Ann B      pts/0          Nov 21 21:00 (:0)\r\n",
     .expect = Certainty::likely},
    {.about = "nobody is there",
     .client = "\r\n",
     .server = "No one logged on.\r\n",
     .expect = Certainty::likely},
    {.about = "nobody is there, behind a welcome",
     .client = "\r\n",
     .server = "\r\nWelcome to Linux version 6.1.0 at cellar !\r\n\n 02:24:03 up 4:14\r\n"
               "No one logged on.\r\n",
     .expect = Certainty::likely},
    {.about = "only the server was captured",
     .server = "Login name: ann       \t\tIn real life: Ann B\r\nDirectory: /u/ann      \tShell: "
               "/bin/csh\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "a prompt to log in",
     .client = "ann\r\n",
     .server = "Login: \r\nPassword: \r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "one line and some text",
     .client = "ann\r\n",
     .server = "hello ann\r\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer finger;
constinit const Recognizer finger{
    .name = "finger",
    .title = "Finger",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = "\r\n", .about = "who is logged in (read only)"},
    .reference = "RFC 1288, section 2",
    .opens = {.client = {}, .server = server_first},
    .judge = recognize_finger,
    .examples = examples,
};

}  // namespace oddport::recognizers
