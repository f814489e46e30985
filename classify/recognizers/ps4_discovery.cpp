// How a telephone finds a PlayStation in its network, wakes it and starts games on it.
//
// ps4-waker's ps4lib.js: "SRCH * HTTP/1.1" (also WAKEUP, LAUNCH) and fields over UDP; the answer is
// "HTTP/1.1 200 Ok" or "620 Server Standby" and fields of the console. Both have
// device-discovery-protocol-version:00020020 (PlayStation 5: 00030010). Lines end in a line feed.
#include <array>

#include "classify/http_message.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

constexpr auto methods = std::to_array<Bytes>({"SRCH", "WAKEUP", "LAUNCH"});

// Eight digits: two of four for major and minor version.
bool has_version(const MessageHead& head) {
  const Bytes version = until_nul(head.field("device-discovery-protocol-version"));
  return version.size() == 8 && is_decimal(version);
}

bool is_request(const MessageHead& head) {
  const auto request = parse_request_line(head.start.text);
  return request && request->target == "*" && is_version_of(request->version, "HTTP") &&
         std::ranges::find(methods, request->method) != methods.end();
}

bool is_answer(const MessageHead& head) {
  const auto status = parse_status_line(head.start.text);
  return status && is_version_of(status->version, "HTTP") &&
         (status->status == 200 || status->status == 620);
}

// LineReader gives no last line that lacks its line feed to read_head(), but these packets may end without one.
bool ends_with_version(Bytes text) {
  const Bytes name = "device-discovery-protocol-version:";
  const std::size_t at = text.find(name);
  if (at == Bytes::npos || at == 0 || text[at - 1] != '\n') return false;
  return is_decimal(text.substr(at + name.size(), 8)) && text.size() >= at + name.size() + 8;
}

Match recognize(const Exchange& seen) {
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const MessageHead head = read_head(message.bytes);
    const bool asks = is_request(head);
    if (!asks && !is_answer(head)) return {};
    if (!has_version(head) && !ends_with_version(message.bytes)) return {};
  }
  if (seen.messages.empty()) return {};
  return confirmed("{}", Printable{first_line(seen.messages.front().bytes).text});
}

constexpr Example examples[] = {
    {.about = "a search and a console on standby",
     .client = "SRCH * HTTP/1.1\ndevice-discovery-protocol-version:00020020\n",
     .server =
         "HTTP/1.1 620 Server Standby\nhost-id:0123456789AB\nhost-type:PS4\nhost-name:PS4-123\n"
         "host-request-port:997\ndevice-discovery-protocol-version:00020020\n"
         "system-version:07020001\n"},
    {.about = "a search from a library that ends no line",
     .client = "SRCH * HTTP/1.1\ndevice-discovery-protocol-version:00030010"},
    {.about = "UPnP's search",
     .client =
         "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n\r\n",
     .expect = Certainty::none},
    {.about = "no version", .client = "SRCH * HTTP/1.1\n", .expect = Certainty::none},
};

}  // namespace

extern const Recognizer ps4_discovery;
constinit const Recognizer ps4_discovery{
    .name = "ps4-discovery",
    .title = "PlayStation device discovery",
    .transports = Transports::udp,
    .hello = {.bytes = "SRCH * HTTP/1.1\ndevice-discovery-protocol-version:00020020\n",
              .about = "whether a console is there"},
    .reference = "ps4-waker's ps4lib.js",
    .opens = {.client = ByteSet::of("SWLH"), .server = ByteSet::of("SWLH")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
