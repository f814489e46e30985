// HKP: OpenPGP keys looked up on, and given to, a key server.
//
// draft-gallagher-openpgp-hkp, section 3: HTTP with the paths "/pks/lookup?op=get&search=..." and
// "/pks/add"; the servers are SKS and Hockeypuck.
#include "classify/recognizer.h"
#include "classify/recognizers/http_guests.h"

namespace oddport::recognizers {

namespace {

bool is_answer(const MessageHead& answered) {
  const auto status = parse_status_line(answered.start.text);
  return status && is_version_of(status->version, "HTTP") && answered.sound;
}

// Any web server has an answer. Keys, an index of them, or a page about the server are those of a key server.
bool tells_of_keys(const MessageHead& answered) {
  const Bytes start = answered.body.substr(0, 2048);
  const auto says = [start](Bytes word) { return contains_ignoring_case(start, word); };
  return is_key_server(answered) ||
         contains_ignoring_case(answered.field("Content-Type"), "application/pgp-keys") ||
         start.starts_with("info:1:") || says("PGP") || says("key server") || says("keyserver");
}

Match recognize(const Exchange& seen) {
  const MessageHead asked = read_head(seen.client);
  const MessageHead answered = read_final_head(seen.server);
  const bool answers = is_answer(answered);
  const auto request = parse_request_line(asked.start.text);
  const bool asks = asked.start.ended && request && asked.sound &&
                    is_version_of(request->version, "HTTP") && is_of_key_server(asked);
  if (asks && (seen.server.empty() || (answers && tells_of_keys(answered))))
    return confirmed("client asks {}", Printable{asked.start.text, 60});
  if (asks)
    return likely("client asks {}, the answer does not fit", Printable{asked.start.text, 48});
  if (!answers || !is_key_server(answered)) return {};
  return confirmed("server answers as a server of OpenPGP keys");
}

constexpr Home homes[] = {{.port = 11371, .service = "hkp"}};

constexpr Example examples[] = {
    {.about = "a key is asked, by way of a proxy",
     .client = "GET http://keys.example.org:11371/pks/lookup?op=get&search=0x1234 HTTP/1.1\r\n"
               "Host: keys.example.org:11371\r\n\r\n",
     .server = "HTTP/1.1 404 Not found\r\nServer: sks_www/1.1.6\r\n\r\n"},
    {.about = "a key comes",
     .server = "HTTP/1.0 200 OK\r\nContent-Type: application/pgp-keys\r\nServer: hockeypuck\r\n\r\n"
               "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"},
    {.about = "a key from a web server",
     .client = "GET /apt/archive.asc HTTP/1.0\r\n\r\n",
     .server = "HTTP/1.0 200 OK\r\nContent-Type: application/pgp-keys\r\nServer: nginx\r\n\r\n",
     .expect = Certainty::none},
    {.about = "a web server without keys",
     .client = "GET http://keys.example.org:11371/pks/lookup?op=stats HTTP/1.0\r\n\r\n",
     .server = "HTTP/1.0 404 Not Found\r\nServer: nginx\r\n\r\n",
     .expect = Certainty::likely},
    {.about = "another path", .client = "GET /pks/ HTTP/1.0\r\n\r\n", .expect = Certainty::none},
    {.about = "the path and no HTTP",
     .client = "GET /pks/lookup?op=get\r\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer hkp;
constinit const Recognizer hkp{
    .name = "hkp",
    .title = "HKP (OpenPGP key server)",
    .homes = homes,
    .hello = {.bytes = "GET /pks/lookup?op=stats HTTP/1.0\r\n\r\n", .about = "its statistics"},
    .reference = "draft-gallagher-openpgp-hkp, section 3",
    .opens = {.client = ByteSet::of("GPH"), .server = ByteSet::of("H")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
