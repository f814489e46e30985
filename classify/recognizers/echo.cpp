// Echo: the server sends back what comes.
//
// RFC 862. It has no form of its own: all that can be told is that every byte came back. Peers that
// greet each other alike look the same, therefore it is never more than likely, and little or
// monotonous bytes are not judged at all.
#include <algorithm>
#include <bitset>

#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t least_bytes = 16;
constexpr std::size_t least_values = 5;

// Different byte values, over all of the pieces counted.
class Variety {
 public:
  void count(Bytes bytes) {
    size_ += bytes.size();
    for (const char c : bytes) seen_.set(static_cast<unsigned char>(c));
  }
  std::size_t size() const { return size_; }
  bool is_enough() const { return size_ >= least_bytes && seen_.count() >= least_values; }

 private:
  std::bitset<256> seen_;
  std::size_t size_ = 0;
};

// All that came back, of a conversation that the client opened; the last bytes may be on their way.
Match recognize_tcp(const Exchange& exchange) {
  if (exchange.server.empty() || exchange.server_speaks_first()) return {};
  if (!exchange.client_from_start || !exchange.server_from_start) return {};
  if (!exchange.client.starts_with(exchange.server)) return {};
  const std::size_t last = exchange.messages.empty() ? 0 : exchange.messages.back().bytes.size();
  if (exchange.client.size() - exchange.server.size() > last) return {};
  Variety variety;
  variety.count(exchange.server);
  if (!variety.is_enough()) return {};
  return likely("server sends back the {} bytes that the client sent", variety.size());
}

// Each datagram of the server repeats the client's last one.
Match recognize_udp(const Exchange& exchange) {
  const Message* question = nullptr;
  Variety variety;
  std::size_t answers = 0;
  for (const Message& message : exchange.messages) {
    if (message.from == Side::client) {
      question = &message;
      continue;
    }
    if (question == nullptr || message.bytes != question->bytes ||
        message.wire_length != question->wire_length)
      return {};
    variety.count(message.bytes);
    question = nullptr;
    ++answers;
  }
  if (!variety.is_enough()) return {};
  return likely("server sends back {} datagrams of the client, {} bytes", answers, variety.size());
}

Match recognize_echo(const Exchange& exchange) {
  return exchange.transport == Transport::tcp ? recognize_tcp(exchange) : recognize_udp(exchange);
}

constexpr Home homes[] = {{.port = 7, .transport = Transport::tcp, .service = "echo"},
                          {.port = 7, .transport = Transport::udp, .service = "echo"}};

constexpr Example examples[] = {
    {.about = "a line",
     .client = "The quick brown fox\r\n",
     .server = "The quick brown fox\r\n",
     .expect = Certainty::likely,
     .transport = Transport::tcp},
    {.about = "a datagram",
     .client = "\x01\x02\x03\x04\x05\x06\x07\x08 and more",
     .server = "\x01\x02\x03\x04\x05\x06\x07\x08 and more",
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "too little",
     .client = "ping 0\n",
     .server = "ping 0\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "nothing but zeros",
     .client = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the server speaks first",
     .client = "The quick brown fox\r\n",
     .server = "The quick brown fox\r\n",
     .first = Side::server,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "one byte is another",
     .client = "The quick brown fox\r\n",
     .server = "The quick brown fix\r\n",
     .expect = Certainty::none,
     .transport = Transport::udp},
};

}  // namespace

extern const Recognizer echo;
constinit const Recognizer echo{
    .name = "echo",
    .title = "Echo",
    .transports = Transports::both,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = "oddport asks for an echo\r\n", .about = "a line of text"},
    .reference = "RFC 862",
    .judge = recognize_echo,
    .examples = examples,
};

}  // namespace oddport::recognizers
