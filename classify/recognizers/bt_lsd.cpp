// BitTorrent's local service discovery: peers of the same network find each other.
//
// BEP 14: "BT-SEARCH * HTTP/1.1" to 239.192.152.143 or ff15::efc0:988f, with the fields Host, Port, Infohash (40 hexadecimal
// digits, one line for each torrent) and cookie.
#include <array>

#include "classify/http_message.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

bool is_hash(Bytes text) {
  const auto is_hex = [](char c) {
    return is_digit(static_cast<unsigned char>(c)) || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
  };
  return text.size() == 40 && std::ranges::all_of(text, is_hex);
}

Fit read_datagram(const Message& message, Bytes& port) {
  const MessageHead head = read_head(message.bytes);
  if (head.start.text != "BT-SEARCH * HTTP/1.1" || !head.start.ended || !head.sound)
    return Fit::alien;
  port = head.field("Port");
  const bool named = is_hash(head.field("Infohash"));
  if (!message.is_whole()) return Fit::proves;
  return named && is_decimal(port) ? Fit::proves : Fit::alien;
}

Match recognize_bt_lsd(const Exchange& seen) {
  Bytes port;
  const auto read = [&](const Message& message) { return read_datagram(message, port); };
  const Fit one = judge_most_datagrams(seen, Side::client, read);
  const Fit two = judge_most_datagrams(seen, Side::server, read);
  return answer(weigh(seen, one, two), "a peer announces itself on port {}", Printable{port});
}

constexpr auto examples = std::to_array<Example>({
    {.about = "an announcement",
     .client = "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\n"
               "Infohash: 0123456789abcdef0123456789ABCDEF01234567\r\ncookie: 1a2b\r\n\r\n\r\n"},
    {.about = "without a cookie",
     .client = "BT-SEARCH * HTTP/1.1\r\nHost: [ff15::efc0:988f]:6771\r\nPort: 51413\r\n"
               "Infohash: 0123456789abcdef0123456789abcdef01234567\r\n\r\n\r\n"},
    {.about = "SSDP",
     .client =
         "M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\nMan: \"ssdp:discover\"\r\n\r\n",
     .expect = Certainty::none},
    {.about = "a hash that is too short",
     .client = "BT-SEARCH * HTTP/1.1\r\nPort: 6881\r\nInfohash: 0123\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer bt_lsd;
constinit const Recognizer bt_lsd{
    .name = "bt-lsd",
    .title = "BitTorrent local discovery",
    .transports = Transports::udp,
    .hello = {.about = "nothing: peers announce themselves"},
    .reference = "BEP 14",
    .opens = {.client = ByteSet::of("B"), .server = ByteSet::of("B")},
    .judge = recognize_bt_lsd,
    .examples = examples,
};

}  // namespace oddport::recognizers
