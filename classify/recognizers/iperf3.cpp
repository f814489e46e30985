// iperf3: how much a network carries. iperf_api.h and iperf_client_api.c of ESnet's iperf (BSD license).
//
//   client  a name of 36 letters and digits 2 to 7, NUL; on the first connection then length (4), an object of JSON, which says what to measure
//   server  a state of one byte: 9 tell me what, 10 open the streams, 1 begin, 2 run, 13 exchange results; FF not now
// The same name opens each connection over which data are sent.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t name_length = 36;
constexpr unsigned char tell_parameters = 9;

bool is_name(Bytes name) {
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'))) return false;
  return name.size() == name_length && looks_random(name);
}

// {"tcp":true,"omit":0,"time":10 ...
bool are_parameters(Bytes text) {
  return text.starts_with("{\"") &&
         (text.find("\"omit\":") != Bytes::npos || text.find("\"parallel\":") != Bytes::npos);
}

Fit judge_client(Bytes said) {
  ByteReader reader{said};
  const Bytes name = reader.take(name_length);
  reader.accept("\0"_b);
  if (!reader || !is_name(name)) return Fit::alien;
  const std::uint32_t length = reader.u32();
  const Bytes text = reader.rest();
  const bool tells = reader && length >= text.substr(0, length).size() && length < 0x10000;
  return tells && are_parameters(text.substr(0, length)) ? Fit::proves : Fit::fits;
}

Fit judge_server(Bytes said) {
  if (said.empty()) return Fit::open;
  const auto state = static_cast<unsigned char>(said.front());
  if (state == 0xff) return said.size() == 1 ? Fit::weak : Fit::alien;
  return state == tell_parameters ? Fit::weak : Fit::alien;
}

Match recognize_iperf3(const Exchange& exchange) {
  if (exchange.client.size() <= name_length) return {};
  const Fit client = judge_client(exchange.client);
  if (client == Fit::alien) return {};
  Match match;
  match.certainty = weigh(client, judge_server(exchange.server));
  if (match)
    match.says = Note::of("client {} the test {}", client == Fit::proves ? "describes" : "joins",
                          Printable{exchange.client.substr(0, 8)});
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "a test is described",
     .client =
         "qpnovchsimdm5m3cwc7tnuturfewahkzgoj4\0\0\0\0\x2c{\"tcp\":true,\"omit\":0,\"time\":10,\"parallel\":1}"_b,
     .server = "\x09\x0a\1\2"_b},
    {.about = "a stream of data",
     .client = "qpnovchsimdm5m3cwc7tnuturfewahkzgoj4\0\x8f\x9f\xc1\xd7\3\x31\x52\x96"_b,
     .expect = Certainty::likely},
    {.about = "the server is busy",
     .client = "qpnovchsimdm5m3cwc7tnuturfewahkzgoj4\0"_b,
     .server = "\xff"_b},
    {.about = "a name that is too short",
     .client = "qpnovchsimdm5m3cwc7tnuturfewahkzgoj\0\0"_b,
     .expect = Certainty::none},
    {.about = "one letter over and over",
     .client = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0"_b,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = "qpnovchsimdm5m3cwc7tnuturfewahkzgoj4\0"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer iperf3;
constinit const Recognizer iperf3{
    .name = "iperf3",
    .title = "iperf3",
    .hello = {.about = "nothing: the server would be busy for others"},
    .reference = "iperf3, iperf_api.h",
    .opens = {.client = ByteSet::range('a', 'z') | ByteSet::range('2', '7'), .server = {}},
    .judge = recognize_iperf3,
    .examples = examples,
};

}  // namespace oddport::recognizers
