// Kafka's wire protocol: clients, brokers and controllers.
//
// Apache Kafka protocol guide. Request: size (4), API key (2), version (2), correlation id (4), client id
// (length of 2, text; -1 for none), body. Answer: size (4), the same correlation id, body.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint16_t highest_key = 94;
constexpr std::uint16_t highest_version = 20;

struct Requests {
  std::array<std::uint32_t, 16> ids{};  // correlation ids
  std::size_t count = 0;
  Bytes client_id;
  std::uint16_t key = 0;

  bool asked(std::uint32_t id) const {
    return std::ranges::find(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count), id) !=
           ids.begin() + static_cast<std::ptrdiff_t>(count);
  }
};

// The frame's body, or as much of it as there is; the reader false where the size is none.
ByteReader take_frame(ByteReader& reader, std::size_t least, bool& whole) {
  const std::uint32_t size = reader.u32();
  if (size < least || size > 0x6400000) reader.fail();
  whole = size <= reader.remaining();
  return reader.sub(std::min<std::size_t>(size, reader.remaining()));
}

// What was checked of a request, in bits; 0 where it is none.
unsigned read_request(ByteReader& reader, Requests& requests) {
  bool whole = true;
  ByteReader frame = take_frame(reader, 10, whole);
  const std::uint16_t key = frame.u16();
  const std::uint16_t version = frame.u16();
  const std::uint32_t id = frame.u32();
  const std::uint16_t length = frame.u16();
  if (!frame || key > highest_key || version > highest_version) return 0;
  const bool nameless = length == 0xffff || length == 0;
  if (!nameless && length > 1024) return 0;
  const Bytes name = frame.take(nameless ? 0 : length);
  if ((!frame && whole) || !is_printable(name)) return 0;
  if (requests.count < requests.ids.size()) requests.ids[requests.count++] = id;
  if (requests.count == 1) {
    requests.key = key;
    requests.client_id = name;
  }
  if (name.size() < 2) return whole ? 13 : 2;
  // Nearly every client asks first which versions the broker speaks.
  const unsigned usual = key == 18 ? 4 : 0;
  return (whole ? 26 : 14) + usual + std::min<unsigned>(static_cast<unsigned>(name.size()), 12);
}

Fit read_requests(Bytes bytes, Requests& requests) {
  ByteReader reader{bytes};
  unsigned best = 0;
  while (!reader.at_end()) {
    const bool header_cut = reader.remaining() < 14 && best > 0;
    const unsigned bits = read_request(reader, requests);
    if (bits == 0) return header_cut ? fit_of_bits(best) : Fit::alien;
    best = std::max(best, bits);
  }
  return fit_of_bits(best);
}

// Answers have nothing of their own but their size; what counts is which request they answer.
Fit read_answers(Bytes bytes, const Requests& requests) {
  ByteReader reader{bytes};
  std::size_t frames = 0;
  bool matched = false;
  bool ended = true;
  while (!reader.at_end() && ended) {
    ByteReader frame = take_frame(reader, 4, ended);
    const std::uint32_t id = frame.u32();
    if (!frame) return frames > 0 && bytes.size() >= 4096 ? Fit::weak : Fit::alien;
    // An answer of no request that was seen: the 4 KiB of requests may have ended.
    if (requests.asked(id))
      matched = true;
    else if (frames == 0 && requests.count > 0)
      return Fit::alien;
    ++frames;
  }
  if (!matched) return Fit::open;
  return ended ? Fit::fits : Fit::weak;
}

Match recognize_kafka(const Exchange& seen) {
  Requests requests;
  const Fit asks =
      judge_stream(seen, Side::client, [&](Bytes bytes) { return read_requests(bytes, requests); });
  if (asks < Fit::weak) return {};
  Fit answers =
      judge_stream(seen, Side::server, [&](Bytes bytes) { return read_answers(bytes, requests); });
  // Zeros answer zeros in other protocols too.
  if (requests.client_id.empty() && requests.ids[0] == 0) answers = std::min(answers, Fit::open);
  const Certainty certainty = weigh(seen, asks, answers);
  if (requests.client_id.empty())
    return answer(certainty, "client sends request {}, without a name", requests.key);
  return answer(certainty, "client {} sends request {}", Printable{requests.client_id},
                requests.key);
}

constexpr Bytes versions_request =
    "\0\0\0\x1c\0\x12\0\0\0\0\0\1\0\x12"
    "console-producer-1"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "versions asked and answered",
     .client = versions_request,
     .server = "\0\0\0\x10\0\0\0\1\0\0\0\0\0\1\0\0\0\0\0\x09"_b},
    {.about = "the client alone, metadata asked",
     .client = "\0\0\0\x17\0\3\0\1\0\0\0\2\0\7rdkafka\0\0\0\0\xff\xff"_b},
    {.about = "a client without a name",
     .client = "\0\0\0\x0e\0\3\0\1\x12\x34\x56\x78\xff\xff\0\0\0\0"_b,
     .server = "\0\0\0\x0c\x12\x34\x56\x78\0\0\0\0\0\0\0\0"_b},
    {.about = "another request is answered",
     .client = versions_request,
     .server = "\0\0\0\x10\0\0\0\7\0\0\0\0\0\1\0\0\0\0\0\x09"_b,
     .expect = Certainty::none},
    {.about = "ZooKeeper's session: zeros without a name",
     .client = "\0\0\0\x2d\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x75\x30\0\0\0\0\0\0\0\0\0\0\0\x10"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a size beyond the name",
     .client = "\0\0\0\x0c\0\x12\0\0\0\0\0\1\0\x12"
               "console-producer-1"_b,
     .expect = Certainty::none},
    {.about = "an API that never was",
     .client = "\0\0\0\x17\2\3\0\1\0\0\0\2\0\7rdkafka\0\0\0\0\xff\xff"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer kafka;
constinit const Recognizer kafka{
    .name = "kafka",
    .title = "Kafka",
    .hello = {.bytes = "\0\0\0\x11\0\x12\0\0\0\0\0\1\0\7oddport"_b,
              .about = "the versions of each API (ApiVersions)"},
    .reference = "Apache Kafka protocol guide",
    .opens = {.client = ByteSet::range(0, 6), .server = {}},
    .judge = recognize_kafka,
    .examples = examples,
};

}  // namespace oddport::recognizers
