// rsync's daemon protocol: the comments of csprotocol.txt and clientserver.c in rsync's source.
//
//   server  @RSYNCD: 31.0 sha512 sha256 md5<LF>     client  @RSYNCD: 31.0<LF>module<LF>
//
// Both sides greet with the version that they speak; then lines follow until the client names a
// module.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes start = "@RSYNCD: ";

// "@RSYNCD: 29", "@RSYNCD: 31.0 sha512 md5": the version, or empty.
Bytes greeted_version(Bytes said) {
  const Line line = first_line(said);
  ByteReader reader{line.text};
  reader.accept(start);
  const Bytes version = first_word(reader.rest());
  const std::uint64_t major = reader.decimal(2);
  if (reader.accept_if(".")) reader.decimal(3);
  const bool closed = reader.at_end() || reader.rest().starts_with(' ');
  if (!reader || !closed || !line.ended || !is_text(line.text)) return {};
  return major >= 10 && major < 60 ? version : Bytes{};
}

bool might_greet(Bytes said) { return start.starts_with(said.substr(0, start.size())); }

Match recognize(const Exchange& seen) {
  const Bytes server = greeted_version(seen.server);
  const Bytes client = greeted_version(seen.client);
  if (!server.empty() && !client.empty()) {
    LineReader lines{seen.client};
    lines.next();
    const Bytes module = lines.next().text;
    if (module.empty()) return confirmed("both sides greet, server with version {}", server);
    return confirmed("server greets with version {}, client asks for {}", server,
                     Printable{module});
  }
  if (!server.empty()) {
    if (seen.client.empty()) return confirmed("server greets with version {}", server);
    return likely("server greets with version {}, client does not", server);
  }
  if (client.empty()) return {};
  if (seen.server.empty()) return confirmed("client greets with version {}", client);
  if (might_greet(seen.server) || !seen.server_from_start)
    return likely("client greets with version {}", client);
  return hint("client greets with version {}, server does not", client);
}

constexpr auto homes = std::to_array<Home>({{.port = 873, .service = "rsync"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "greetings and a module",
     .client = "@RSYNCD: 31.0\nmirror\n",
     .server = "@RSYNCD: 31.0 sha512 sha256 sha1 md5 md4\n@RSYNCD: OK\n",
     .first = Side::server},
    {.about = "the old greeting alone", .server = "@RSYNCD: 26\n", .first = Side::server},
    {.about = "only the client was captured", .client = "@RSYNCD: 30.0\n#list\n"},
    {.about = "a client of something else",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = "@RSYNCD: 31.0\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "no version", .server = "@RSYNCD: EXIT\n", .expect = Certainty::none},
    {.about = "a version cut in two", .server = "@RSYNCD: 3", .expect = Certainty::none},
    {.about = "a version that never was", .server = "@RSYNCD: 99.0\n", .expect = Certainty::none},
    {.about = "the word in the middle of a text",
     .server = "200 see @RSYNCD: 31.0\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer rsync;
constinit const Recognizer rsync{
    .name = "rsync",
    .title = "rsync",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "rsync's csprotocol.txt",
    .opens = {.client = ByteSet::of("@"), .server = ByteSet::of("@")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
