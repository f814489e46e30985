// beanstalkd, a queue of work: doc/protocol.txt in its source.
//
//   client  put 0 0 60 5<CR LF>hello<CR LF>      priority, delay, time to run, bytes
//   server  INSERTED 1<CR LF>
//
// Other commands are words in lower case; answers begin with a word in capitals.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

enum class Kind : std::uint8_t { none, name, number, nothing };

struct Command {
  Bytes word;
  Kind argument;
  std::array<Bytes, 3> answers;  // by which they begin
};

constexpr auto commands = std::to_array<Command>({
    {"use", Kind::name, {"USING ", "", ""}},
    {"watch", Kind::name, {"WATCHING ", "", ""}},
    {"ignore", Kind::name, {"WATCHING ", "NOT_IGNORED", ""}},
    {"reserve", Kind::nothing, {"RESERVED ", "DEADLINE_SOON", ""}},
    {"reserve-with-timeout", Kind::number, {"RESERVED ", "DEADLINE_SOON", "TIMED_OUT"}},
    {"reserve-job", Kind::number, {"RESERVED ", "NOT_FOUND", ""}},
    {"delete", Kind::number, {"DELETED", "NOT_FOUND", ""}},
    {"touch", Kind::number, {"TOUCHED", "NOT_FOUND", ""}},
    {"peek", Kind::number, {"FOUND ", "NOT_FOUND", ""}},
    {"peek-ready", Kind::nothing, {"FOUND ", "NOT_FOUND", ""}},
    {"peek-delayed", Kind::nothing, {"FOUND ", "NOT_FOUND", ""}},
    {"peek-buried", Kind::nothing, {"FOUND ", "NOT_FOUND", ""}},
    {"kick", Kind::number, {"KICKED ", "", ""}},
    {"kick-job", Kind::number, {"KICKED", "NOT_FOUND", ""}},
    {"stats", Kind::nothing, {"OK ", "", ""}},
    {"stats-job", Kind::number, {"OK ", "NOT_FOUND", ""}},
    {"stats-tube", Kind::name, {"OK ", "NOT_FOUND", ""}},
    {"list-tubes", Kind::nothing, {"OK ", "", ""}},
    {"list-tube-used", Kind::nothing, {"USING ", "", ""}},
    {"list-tubes-watched", Kind::nothing, {"OK ", "", ""}},
});

bool has_argument(Kind kind, Bytes argument) {
  if (kind == Kind::nothing) return argument.empty();
  if (kind == Kind::number) return is_decimal(argument);
  return is_token(argument) && argument.size() <= 200;
}

// A job whose bytes end where it says.
bool puts_job(Bytes said) {
  ByteReader reader{said};
  reader.accept("put ");
  for (int n = 0; n < 3; ++n) {
    reader.decimal(10);
    reader.accept(" ");
  }
  const auto size = static_cast<std::size_t>(reader.decimal(9));
  if (!reader.accept("\r\n")) return false;
  if (reader.remaining() < size) return true;
  reader.skip(size);
  return reader.at_end() || reader.rest().starts_with("\r\n");
}

// The line ends as the protocol wants it.
bool ends_with_return(Bytes said, const Line& line) {
  return line.ended && said.substr(line.text.size(), 1) == "\r";
}

const Command* find_command(Bytes said) {
  const Line line = first_line(said);
  if (!ends_with_return(said, line)) return nullptr;
  const auto found = std::ranges::find(commands, first_word(line.text), &Command::word);
  if (found == commands.end() || !has_argument(found->argument, after_first_word(line.text)))
    return nullptr;
  return &*found;
}

bool is_inserted(Bytes line) {
  ByteReader reader{line};
  if (!reader.accept_if("INSERTED ")) reader.accept("BURIED ");
  reader.decimal(18);
  return reader && reader.at_end();
}

Match recognize(const Exchange& seen) {
  const Line answer = first_line(seen.server);
  const bool framed = ends_with_return(seen.server, answer);
  if (puts_job(seen.client)) {
    if (framed && is_inserted(answer.text))
      return confirmed("client puts a job, server says {}", Printable{answer.text});
    if (seen.server.empty()) return likely("client puts a job");
    return hint("client puts a job, server says otherwise");
  }
  const Command* command = find_command(seen.client);
  if (command == nullptr) {
    if (framed && seen.client.empty() && is_inserted(answer.text))
      return likely("server says {}", Printable{answer.text});
    return {};
  }
  const bool fits = std::ranges::any_of(command->answers, [&answer](Bytes start) {
    return !start.empty() && answer.text.starts_with(start);
  });
  if (!framed || !fits) return {};
  return confirmed("client says {}, server {}", command->word, Printable{answer.text});
}

constexpr auto examples = std::to_array<Example>({
    {.about = "a job put",
     .client = "put 0 0 60 5\r\nhello\r\nreserve\r\n",
     .server = "INSERTED 1\r\n"},
    {.about = "a tube watched", .client = "watch mail\r\n", .server = "WATCHING 2\r\n"},
    {.about = "only the client was captured",
     .client = "put 1024 0 120 5\r\nhello\r\n",
     .expect = Certainty::likely},
    {.about = "a job longer than it says",
     .client = "put 0 0 60 4\r\nhello\r\n",
     .expect = Certainty::none},
    {.about = "a put of FTP",
     .client = "put file.txt\r\n",
     .server = "500 unknown\r\n",
     .expect = Certainty::none},
    {.about = "statistics of memcached",
     .client = "stats\r\n",
     .server = "STAT pid 1\r\nEND\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer beanstalk;
constinit const Recognizer beanstalk{
    .name = "beanstalk",
    .title = "beanstalkd",
    .hello = {.bytes = "list-tube-used\r\n", .about = "the tube in use, which is its default"},
    .reference = "beanstalkd's doc/protocol.txt",
    .opens = {.client = ByteSet::of("puwirdtksl"), .server = ByteSet::of("IB")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
