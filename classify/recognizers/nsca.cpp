// NSCA: results of checks are reported to Nagios. common.h of nsca.
//
//   server  128 bytes drawn by chance, the time in seconds since 1970 (4)     client  results of 720 or, since 2.9, 4304 bytes each, encrypted
// The lengths are all there is to check, besides that the first bytes are random and that the last four are a time.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t vector_length = 128;
constexpr std::size_t greeting_length = vector_length + 4;
constexpr auto result_lengths = std::to_array<std::size_t>({720, 4304});
constexpr std::size_t most_results = 64;

// Of 128 bytes drawn by chance about a hundred differ, and hardly ever less than eighty.
bool is_random(Bytes bytes) {
  std::size_t distinct = 0;
  for (std::size_t n = 0; n < bytes.size(); ++n)
    if (bytes.substr(0, n).find(bytes[n]) == Bytes::npos) ++distinct;
  return distinct >= 80;
}

// Between 2001 and 2038.
constexpr bool is_time(std::uint32_t seconds) {
  return seconds >= 0x3b000000 && seconds < 0x80000000;
}

bool is_greeting(const Message& message) {
  if (message.wire_length != greeting_length || !message.is_whole()) return false;
  ByteReader reader{message.bytes};
  const Bytes vector = reader.take(vector_length);
  return is_time(reader.u32()) && is_random(vector);
}

bool are_results(std::size_t length) {
  return std::ranges::any_of(result_lengths, [length](std::size_t result) {
    return length > 0 && length % result == 0 && length / result <= most_results;
  });
}

Match recognize_nsca(const Exchange& exchange) {
  if (!exchange.server_speaks_first() || exchange.server.size() != greeting_length) return {};
  const Message results = exchange.nth(Side::client, 0);
  if (!is_greeting(exchange.nth(Side::server, 0))) return {};
  if (are_results(results.wire_length))
    return likely("server sends a vector and the time, client results of {} bytes",
                  results.wire_length);
  return exchange.client.empty() ? hint("server sends 128 random bytes and the time, as for NSCA")
                                 : Match{};
}

// Bytes that look drawn by chance, without repetition up to 251 of them.
template <std::size_t N>
constexpr std::array<char, N> scrambled(unsigned step) {
  std::array<char, N> bytes{};
  for (std::size_t n = 0; n < N; ++n) bytes[n] = static_cast<char>(n * step % 251);
  return bytes;
}

constexpr auto greeting_bytes = [] {
  auto bytes = scrambled<greeting_length>(97);
  for (std::size_t n = 0; n < 4; ++n) bytes[vector_length + n] = "\x69\x21\x0a\x3c"[n];
  return bytes;
}();
constexpr Bytes greeting{greeting_bytes.data(), greeting_bytes.size()};
constexpr auto result_bytes = scrambled<720>(89);
constexpr Bytes result{result_bytes.data(), result_bytes.size()};
constexpr auto two_result_bytes = scrambled<1440>(83);
constexpr Bytes two_results{two_result_bytes.data(), two_result_bytes.size()};

constexpr auto examples = std::to_array<Example>({
    {.about = "one result",
     .client = result,
     .server = greeting,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "two results",
     .client = two_results,
     .server = greeting,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "a result of another length",
     .client = result.substr(1),
     .server = greeting,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "the client speaks first",
     .client = result,
     .server = greeting,
     .expect = Certainty::none},
    {.about = "the greeting alone",
     .server = greeting,
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer nsca;
constinit const Recognizer nsca{
    .name = "nsca",
    .title = "NSCA",
    .era = Era::obsolete,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "nsca, common.h",
    .opens = {.client = {}, .server = ByteSet::all()},
    .judge = recognize_nsca,
    .examples = examples,
};

}  // namespace oddport::recognizers
