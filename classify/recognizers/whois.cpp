// WHOIS: who holds a domain or an address.
//
// RFC 3912. The client sends one line, the server writes text and closes. The text of registries is
// lines of "Field: value" whose fields are much alike everywhere, among remarks behind % or #.
#include <algorithm>
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto server_first = ByteSet::letters() | ByteSet::of("%#[*\r\n ");

// Fields that only registries have, and fields that others may have too.
constexpr auto own_fields = std::to_array<Bytes>({
    "admin-c",
    "aut-num",
    "Domain Name",
    "Domain Status",
    "inet6num",
    "inetnum",
    "mnt-by",
    "Name Server",
    "NetName",
    "NetRange",
    "nserver",
    "OrgName",
    "OriginAS",
    "Registrar",
    "Registrar URL",
    "Registrar WHOIS Server",
    "Registry Domain ID",
    "Registrant Name",
    "tech-c",
});
constexpr auto fields = std::to_array<Bytes>({
    "CIDR",
    "country",
    "Creation Date",
    "descr",
    "DNSSEC",
    "domain",
    "holder",
    "organisation",
    "person",
    "refer",
    "Registrant",
    "route",
    "source",
    "status",
    "Updated Date",
    "whois",
});

// Remarks that name the service.
constexpr auto remarks = std::to_array<Bytes>({
    "% This is the RIPE Database",
    "% IANA WHOIS server",
    "# ARIN WHOIS data",
    "% [whois.apnic.net]",
    "% This is the AfriNIC Whois server",
    "% Joint Whois",
    "No match for ",
    "% No match for",
    "%ERROR:101: no entries found",
    "[ JPRS database provides",
    "% Copyright LACNIC",
    "No entries found for the selected source",
});

// The name before the colon; empty where there is none.
Bytes field_name(Bytes line) {
  while (line.starts_with(' ')) line.remove_prefix(1);
  const std::size_t colon = line.find(':');
  return colon == Bytes::npos ? Bytes{} : line.substr(0, colon);
}

struct Answer {
  std::size_t own = 0;
  std::size_t fields = 0;  // of both kinds
  bool remark = false;
};

Answer read_answer(Bytes server) {
  Answer answer;
  for (LineReader lines{server}; !lines.at_end();) {
    const Bytes line = lines.next().text;
    const Bytes name = field_name(line);
    const auto is_name = [name](Bytes known) { return equal_ignoring_case(name, known); };
    const bool own = std::ranges::any_of(own_fields, is_name);
    if (own) ++answer.own;
    if (own || std::ranges::any_of(fields, is_name)) ++answer.fields;
    const auto begins = [line](Bytes remark) { return starts_with_ignoring_case(line, remark); };
    if (std::ranges::any_of(remarks, begins)) answer.remark = true;
  }
  return answer;
}

// The last word of the one line that the client sends: options come before it.
Bytes asked_object(Bytes client) {
  LineReader lines{client};
  const Line line = lines.next();
  if (!line.ended || !lines.at_end() || line.text.size() > 255 || !is_text(line.text)) return {};
  const Bytes word = line.text.substr(line.text.rfind(' ') + 1);
  return is_token(word) ? word : Bytes{};
}

Match recognize_whois(const Exchange& exchange) {
  if (exchange.server.empty() ||
      !server_first.contains(static_cast<unsigned char>(exchange.server[0])))
    return {};
  const Bytes object = asked_object(exchange.client);
  if (!exchange.client.empty() && object.empty()) return {};
  if (!is_text(exchange.server)) return {};
  const Answer answer = read_answer(exchange.server);
  const bool asked = object.size() >= 2 && !exchange.server_speaks_first();
  const bool repeats = asked && contains_ignoring_case(exchange.server, object);
  const bool sure = answer.remark ? repeats || (asked && answer.fields > 0)
                                  : repeats && answer.own >= 2 && answer.fields >= 3;
  if (sure)
    return confirmed("client asks for {}, server answers as a registry", Printable{object, 48});
  if (answer.own >= 3 || (answer.remark && answer.fields > 0))
    return likely("server answers as a registry");
  if (answer.remark || answer.own > 0) return hint("server answers as a registry");
  return {};
}

constexpr Home homes[] = {{.port = 43, .transport = Transport::tcp, .service = "nicname"}};

constexpr Example examples[] = {
    {.about = "a domain",
     .client = "example.com\r\n",
     .server = "   Domain Name: EXAMPLE.COM\r\n   Registry Domain ID: 2336799_DOMAIN_COM-VRSN\r\n"
               "   Registrar: Reserved\r\n   Name Server: A.EXAMPLE.NET\r\n"},
    {.about = "an address at RIPE",
     .client = "-r 192.0.2.1\r\n",
     .server =
         "% This is the RIPE Database query service.\n\ninetnum:        192.0.2.0 - 192.0.2.255\n"
         "netname:        TEST-NET-1\ncountry:        NL\n"},
    {.about = "nothing found",
     .client = "example.test\r\n",
     .server = "No match for \"EXAMPLE.TEST\".\r\n>>> Last update of whois database\r\n"},
    {.about = "only the server was captured",
     .server = "% IANA WHOIS server\n% for more information\n\nrefer:        whois.example.net\n"
               "domain:       COM\nstatus:       ACTIVE\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "HTTP",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = "status: ok\r\nsource: me\r\ndomain: example.com\r\n",
     .expect = Certainty::none},
    {.about = "some text",
     .client = "example.com\r\n",
     .server = "Hello example.com\r\nstatus: fine\r\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer whois;
constinit const Recognizer whois{
    .name = "whois",
    .title = "WHOIS",
    .homes = homes,
    .hello = {.about = "nothing: the answer may name persons"},
    .reference = "RFC 3912, section 2",
    .opens = {.client = {}, .server = server_first},
    .judge = recognize_whois,
    .examples = examples,
};

}  // namespace oddport::recognizers
