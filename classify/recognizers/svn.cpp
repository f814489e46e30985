// Subversion's own server, svnserve.
//
// Subversion's ra_svn protocol: items are numbers, words, "LENGTH:text" and lists in parentheses, with blanks between.
// The server greets "( success ( 2 2 ( mechanisms ) ( capabilities ) ) )", the client answers
// "( 2 ( capabilities ) URL ... )".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

bool is_capability(Bytes word) {
  constexpr auto known =
      std::to_array<Bytes>({"edit-pipeline", "svndiff1", "accepts-svndiff2", "absent-entries",
                            "commit-revprops", "mergeinfo", "depth", "log-revprops",
                            "atomic-revprops", "partial-replay", "inherited-props"});
  return std::ranges::find(known, word) != known.end();
}

void skip_blanks(ByteReader& reader) {
  reader.take_while([](unsigned char c) { return c == ' ' || c == '\n'; });
}

Fit read_server(Bytes bytes) {
  ByteReader reader{bytes};
  reader.accept("( success ( ");
  const std::uint64_t lowest = reader.decimal(1);
  reader.accept(" ");
  const std::uint64_t highest = reader.decimal(1);
  reader.accept(" ( ");
  if (reader) return lowest >= 1 && lowest <= highest && highest < 4 ? Fit::proves : Fit::alien;
  // Further answers, or a refusal.
  const bool continues = bytes.starts_with("( success ( ") || bytes.starts_with("( failure ( ( ");
  return continues && is_text(bytes.substr(0, 32)) ? Fit::fits : Fit::alien;
}

Fit read_client(Bytes bytes, Bytes& url) {
  ByteReader reader{bytes};
  reader.accept("( ");
  const std::uint64_t version = reader.decimal(1);
  reader.accept(" ( ");
  if (!reader || version < 1 || version > 3) return Fit::alien;
  if (!is_capability(reader.until(' ', 32)) || !reader) return Fit::alien;
  reader.until(')', 512);
  skip_blanks(reader);
  const std::uint64_t length = reader.decimal(4);
  reader.accept(":");
  if (!reader) return Fit::fits;
  url = reader.take(std::min<std::size_t>(static_cast<std::size_t>(length), reader.remaining()));
  return url.starts_with("svn") && is_text(url) ? Fit::proves : Fit::fits;
}

// "( get-latest-rev ( ) ) ", once a session runs.
Fit read_command(Bytes bytes) {
  ByteReader reader{bytes};
  reader.accept("( ");
  const Bytes word =
      reader.take_while([](unsigned char c) { return is_letter(c) || c == '-'; }, 24);
  reader.accept(" ( ");
  return reader && word.size() >= 3 ? Fit::weak : Fit::alien;
}

Match recognize_svn(const Exchange& seen) {
  Bytes url;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    const Fit fit = read_client(bytes, url);
    return fit == Fit::alien && !seen.client_from_start ? read_command(bytes) : fit;
  });
  const Fit answers = judge_stream(seen, Side::server, read_server);
  const Certainty certainty = weigh(seen, asks, answers);
  if (!url.empty()) return answer(certainty, "client asks for {}", Printable{url, 60});
  return answer(certainty, "{} in lists of ra_svn",
                answers >= Fit::fits ? "server answers" : "client asks");
}

constexpr auto homes = std::to_array<Home>({{.port = 3690, .service = "svn"}});

constexpr Bytes greeting =
    "( success ( 2 2 ( ) ( edit-pipeline svndiff1 absent-entries commit-revprops depth ) ) ) ";

constexpr auto examples = std::to_array<Example>({
    {.about = "greeting and answer",
     .client =
         "( 2 ( edit-pipeline svndiff1 depth ) 24:svn://198.18.10.10:726/r 10:SVN/1.14.2 ( ) ) ",
     .server = greeting,
     .first = Side::server},
    {.about = "the greeting alone", .server = greeting, .first = Side::server},
    {.about = "the client alone",
     .client = "( 2 ( edit-pipeline svndiff1 depth ) 20:svn://192.0.2.1/repo ( ) ) "},
    {.about = "a further answer within a session",
     .server = "( success ( a b ) )\n",
     .expect = Certainty::likely},
    {.about = "no capability",
     .client = "( 2 ( nothing-known ) 20:svn://192.0.2.1/repo ( ) ) ",
     .expect = Certainty::none},
    {.about = "the parenthesis alone", .server = "( ", .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "( 2 ( edit-pipeline svndiff1 depth ) 20:svn://192.0.2.1/repo ( ) ) ",
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer svn;
constinit const Recognizer svn{
    .name = "svn",
    .title = "Subversion",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "Subversion, libsvn_ra_svn/protocol",
    .opens = {.client = ByteSet::of("("), .server = ByteSet::of("(")},
    .judge = recognize_svn,
    .examples = examples,
};

}  // namespace oddport::recognizers
