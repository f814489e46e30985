// Gopher: menus and documents, before the web.
//
// RFC 1436, sections 2 and 3. The client sends one line, the selector (empty for the first menu); the
// server answers with a menu, or with a document that has no form, and closes. A line of a menu: one
// character of type, text, TAB, selector, TAB, host, TAB, port; Gopher+ adds TAB +. A point ends it.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes types = "0123456789+TgIihsdMPprXw;:c";
constexpr auto server_first = ByteSet::of(types);

struct Menu {
  std::size_t lines = 0;
  bool names_host = false;  // one with a domain or an address
};

bool read_menu_line(Bytes line, Menu& menu) {
  ByteReader reader{line};
  const char type = static_cast<char>(reader.u8());
  const Bytes text = reader.until('\t', 255);
  const Bytes selector = reader.until('\t', 255);
  const Bytes host = reader.until('\t', 255);
  const std::uint64_t port = reader.decimal(5);
  const bool plus = reader.accept_if("\t+");
  if (!reader || !(reader.at_end() || plus || reader.rest().starts_with('\t'))) return false;
  if (types.find(type) == Bytes::npos || !is_text(text) || !is_text(selector)) return false;
  if (!is_token(host) || port > 65535) return false;
  ++menu.lines;
  if (host.find_first_of(".:") != Bytes::npos) menu.names_host = true;
  return true;
}

// The menu that opens the answer; none where another line is among them.
Menu read_menu(Bytes server) {
  Menu menu;
  for (LineReader lines{server}; !lines.at_end();) {
    const Line line = lines.next();
    if (!line.ended || line.text == ".") break;
    if (!read_menu_line(line.text, menu)) return {};
  }
  return menu;
}

// The selector, with a search behind a TAB perhaps.
bool is_question(Bytes client) {
  LineReader lines{client};
  const Line line = lines.next();
  return line.ended && lines.at_end() && is_text(line.text) && line.text.size() <= 512;
}

Match recognize_gopher(const Exchange& exchange) {
  const Menu menu = read_menu(exchange.server);
  if (menu.lines == 0) return {};
  if (!menu.names_host) return hint("server sends lines as of a menu, without a host");
  const Certainty certainty = menu.lines >= 2 ? Certainty::confirmed : Certainty::likely;
  if (exchange.client.empty())
    return {.certainty = certainty,
            .says = Note::of("server sends a menu, lines: {}", menu.lines),
            .inside = {}};
  if (!is_question(exchange.client))
    return hint("server sends a menu, client does not ask for one");
  const Printable selector{first_line(exchange.client).text, 40};
  return {.certainty = certainty,
          .says = Note::of("client asks for \"{}\", server sends a menu, lines: {}", selector,
                           menu.lines),
          .inside = {}};
}

constexpr Home homes[] = {{.port = 70, .transport = Transport::tcp, .service = "gopher"}};

constexpr Example examples[] = {
    {.about = "a menu",
     .client = "\r\n",
     .server = "iWelcome\t\terror.host\t1\r\n1Floodgap\t/home\tgopher.example.org\t70\r\n.\r\n"},
    {.about = "Gopher+, and a selector",
     .client = "/docs\r\n",
     .server = "0About\t0/about\tgopher.example.org\t70\t+\r\n7Search\t7/"
               "s\tgopher.example.org\t70\t+\r\n"},
    {.about = "an error",
     .client = "/none\r\n",
     .server = "3'/none' does not exist\t\terror.host\t1\r\n.\r\n",
     .expect = Certainty::likely},
    {.about = "a table",
     .client = "x\r\n",
     .server = "1\t2\t3\t4\r\na\tb\tc\td\r\n",
     .expect = Certainty::none},
    {.about = "a document",
     .client = "/a\r\n",
     .server = "some text\r\n",
     .expect = Certainty::none},
    {.about = "a port too high",
     .client = "\r\n",
     .server = "1Home\t/home\tgopher.example.org\t99999\r\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer gopher;
constinit const Recognizer gopher{
    .name = "gopher",
    .title = "Gopher",
    .era = Era::niche,
    .homes = homes,
    .hello = {.bytes = "\r\n", .about = "the first menu (read only)"},
    .reference = "RFC 1436, section 3",
    .opens = {.client = {}, .server = server_first},
    .judge = recognize_gopher,
    .examples = examples,
};

}  // namespace oddport::recognizers
