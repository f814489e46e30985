#include "probe/udp_questions.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "classify/recognizers.h"
#include "probe/manner.h"

namespace oddport {
namespace {

// Found on ports that are not theirs more often than others, harmless, and answered in few bytes. The commonest come first.
constexpr std::array<std::string_view, 12> asked_anywhere = {
    "dns",  "snmp",    "onc-rpc",    "ntp",    "sip",  "coap",
    "tftp", "openvpn", "bt-tracker", "isakmp", "stun", "dtls"};

void append_new(std::vector<Bytes>& list, Bytes question) {
  if (std::ranges::find(list, question) == list.end()) list.push_back(question);
}

}  // namespace

UdpQuestions::UdpQuestions() {
  for (const std::string_view name : asked_anywhere) {
    const Recognizer* recognizer = find_recognizer(name);
    if (recognizer != nullptr && !recognizer->hello.bytes.empty() &&
        !manner_of(*recognizer).control)
      append_new(general_, recognizer->hello.bytes);
  }
  for (const Recognizer* recognizer : all_recognizers()) {
    if (recognizer->hello.bytes.empty() || manner_of(*recognizer).control) continue;
    for (const Home& home : recognizer->homes)
      if (home.transport == Transport::udp)
        append_new(by_port_[home.port], recognizer->hello.bytes);
  }
  for (auto& [port, list] : by_port_)
    for (const Bytes question : general_) append_new(list, question);
}

Bytes UdpQuestions::at(std::uint16_t port, unsigned n) const {
  const std::vector<Bytes>& questions = list(port);
  return questions[n % questions.size()];
}

}  // namespace oddport
