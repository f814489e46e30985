// distcc, compilers shared over the network: doc/protocol-1.txt to protocol-3.txt in its source.
//
//   client  DIST00000001ARGC00000003ARGV00000003gcc...DOTI00000123...
//   server  DONE00000001STAT00000000SERR00000000SOUT00000000DOTO...
//
// Words of four letters, each with a number of 8 hexadecimal digits; some count the bytes behind.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr bool is_hexadecimal(unsigned char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

// The number behind the word; the reader fails where there is none.
std::uint32_t read_number(ByteReader& reader, Bytes word) {
  reader.accept(word);
  const Bytes digits = reader.take_while(is_hexadecimal, 8);
  if (digits.size() != 8) reader.fail();
  std::uint32_t value = 0;
  for (const char c : digits)
    value = value << 4 | static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  return value;
}

struct Job {
  std::uint32_t version = 0;  // 0 where there is none
  bool telling = false;       // another word follows
  Bytes compiler;
};

// A job, or the answer to one.
Job read_job(Bytes said, Bytes first, Bytes second) {
  ByteReader reader{said};
  Job job;
  const std::uint32_t version = read_number(reader, first);
  if (!reader || version < 1 || version > 3) return {};
  job.version = version;
  if (first == "DIST" && reader.rest().starts_with("CDIR"))
    reader.skip(read_number(reader, "CDIR"));
  if (reader.at_end()) return job;
  const std::uint32_t count = read_number(reader, second);
  if (!reader || count > 100000) return {};
  job.telling = true;
  if (first == "DIST") job.compiler = reader.take(read_number(reader, "ARGV"));
  return job;
}

Match recognize(const Exchange& seen) {
  const Job job = read_job(seen.client, "DIST", "ARGC");
  const Job done = read_job(seen.server, "DONE", "STAT");
  if (job.version == 0 && done.version == 0) return {};
  const bool odd =
      (job.version == 0 && !seen.client.empty()) || (done.version == 0 && !seen.server.empty());
  if (odd) return hint("one side speaks as distcc does");
  const bool sure = job.telling || done.telling || (job.version != 0 && done.version != 0);
  Match match;
  match.certainty = sure ? Certainty::confirmed : Certainty::likely;
  const std::uint32_t version = job.version != 0 ? job.version : done.version;
  match.says =
      job.compiler.empty()
          ? Note::of("{} of version {}", job.version != 0 ? "a job" : "a job's end", version)
          : Note::of("a job of version {} for {}", version, Printable{job.compiler});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 3632, .service = "distcc"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a job and its end",
     .client = "DIST00000001ARGC00000005ARGV00000014x86_64-linux-gnu-gccARGV00000002-c",
     .server = "DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000000"},
    {.about = "only the client was captured", .client = "DIST00000002ARGC00000003ARGV00000003gcc"},
    {.about = "the first word alone", .client = "DIST00000001", .expect = Certainty::likely},
    {.about = "a version that never was",
     .client = "DIST00000009ARGC00000003ARGV00000003gcc",
     .expect = Certainty::none},
    {.about = "no number", .client = "DISTANCE: 12 miles", .expect = Certainty::none},
});

}  // namespace

extern const Recognizer distcc;
constinit const Recognizer distcc{
    .name = "distcc",
    .title = "distcc",
    .homes = homes,
    .hello = {.about = "nothing: every request is a job"},
    .reference = "distcc's doc/protocol-1.txt",
    .opens = {.client = ByteSet::of("D"), .server = ByteSet::of("D")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
