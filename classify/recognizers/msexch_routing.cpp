// The routing engine of Microsoft Exchange 2000 and 2003, which told link states to its peers.
//
//   server  {0000004c} NODEINFO (5) {38}Version: 6.5.7226.0 Microsoft Routing Server ready<CR LF>
//
// The numbers in braces are hexadecimal. No more of the format is public.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr bool is_hexadecimal(unsigned char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool skip_number(ByteReader& reader, std::size_t most) {
  reader.accept("{");
  const bool some = !reader.take_while(is_hexadecimal, most).empty();
  return reader.accept("}") && some;
}

// What the server says of itself, or empty.
Bytes find_text(Bytes said) {
  const Line line = first_line(said);
  ByteReader reader{line.text};
  if (!skip_number(reader, 8) || !reader.accept(" NODEINFO (")) return {};
  reader.decimal(4);
  if (!reader.accept(") ") || !skip_number(reader, 8)) return {};
  return line.ended && is_printable(reader.rest()) ? reader.rest() : Bytes{};
}

Match recognize(const Exchange& seen) {
  const Bytes text = find_text(seen.server);
  if (text.empty()) return {};
  const bool odd = !seen.client.empty() && !seen.client.starts_with('{');
  if (odd || text.find("Microsoft Routing Server") == Bytes::npos)
    return likely("server tells of its node: {}", Printable{text, 60});
  return confirmed("server says {}", Printable{text, 60});
}

constexpr auto homes = std::to_array<Home>({{.port = 691, .service = "msexch-routing"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "the greeting of Exchange 2003",
     .server =
         "{0000004c} NODEINFO (5) {38}Version: 6.5.7226.0 Microsoft Routing Server ready\r\n  ",
     .first = Side::server},
    {.about = "another text",
     .server = "{0000002a} NODEINFO (5) {16}Version: 7.0 ready\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "no line end",
     .server = "{0000004c} NODEINFO (5) {38}Version: 6.5.7226.0 Microsoft Rout",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "JSON",
     .server = "{\"NODEINFO\": 5, \"Version\": \"Microsoft Routing Server\"}\r\n",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer msexch_routing;
constinit const Recognizer msexch_routing{
    .name = "msexch-routing",
    .title = "Exchange routing",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "the greeting of Exchange 2000 and 2003",
    .opens = {.client = {}, .server = ByteSet::of("{")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
