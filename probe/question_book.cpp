#include "probe/question_book.h"

#include <algorithm>
#include <string_view>

#include "classify/recognition.h"
#include "classify/recognizers.h"
#include "probe/manner.h"

namespace oddport {

namespace {

// What answers most often where nobody expects it, or makes many others answer something. The rest follows.
constexpr std::string_view most_telling[] = {
    // Over TCP.
    "tls", "http", "dns", "onc-rpc", "ssh", "redis", "ldap", "smb", "rdp", "socks5", "mqtt",
    "postgresql", "memcached", "rtsp", "sip", "spamd", "mongodb", "kerberos", "git", "beanstalk",
    "giop", "agentx", "9p", "coap", "lpd", "gearman", "zookeeper", "kafka", "amqp", "clamd",
    "finger",
    // Over UDP, those that are not named above.
    "ntp", "snmp", "stun", "tftp", "isakmp", "openvpn", "quic", "dtls", "ipmi", "ntalk", "talk",
    "mdns", "ssdp", "netbios-ns", "bt-dht", "bt-tracker", "l2tp", "rip", "radius", "doom", "quake",
    "source-query"};

std::size_t rank(const Recognizer& recognizer) {
  const auto* found = std::ranges::find(most_telling, recognizer.name);
  if (found != std::end(most_telling))
    return static_cast<std::size_t>(found - std::begin(most_telling));
  return std::size(most_telling) + static_cast<std::size_t>(recognizer.era);
}

bool may_ask(const Recognizer& recognizer, Transport transport, const QuestionOptions& options) {
  return contains(recognizer.transports, transport) &&
         !question_over(recognizer, transport).empty() &&
         (options.control || !manner_of(recognizer).control);
}

std::size_t index(Transport transport) { return transport == Transport::tcp ? 0 : 1; }

}  // namespace

QuestionBook::QuestionBook(const QuestionOptions& options) {
  for (const Transport transport : {Transport::tcp, Transport::udp}) {
    auto& all = general_[index(transport)];
    for (const Recognizer* recognizer : all_recognizers())
      if (may_ask(*recognizer, transport, options)) all.push_back(recognizer);
    std::ranges::stable_sort(all, {}, [](const Recognizer* each) { return rank(*each); });
  }
}

std::vector<const Recognizer*> QuestionBook::arrange(std::uint16_t port, Transport transport,
                                                     bool in_tls) const {
  std::vector<const Recognizer*> order = general_[index(transport)];
  // Not by std::ranges::stable_partition, whose subrange clang 14 cannot read.
  std::stable_partition(order.begin(), order.end(), [&](const Recognizer* each) {
    return find_home(*each, port, transport, in_tls) != nullptr;
  });
  const bool alone = !order.empty() && manner_of(*order.front()).alone &&
                     find_home(*order.front(), port, transport, in_tls) != nullptr;
  if (alone) return {order.front()};
  std::vector<const Recognizer*> chosen;
  for (const Recognizer* each : order) {
    const auto same = [&](const Recognizer* other) {
      return question_over(*other, transport) == question_over(*each, transport);
    };
    if (std::ranges::none_of(chosen, same)) chosen.push_back(each);
  }
  return chosen;
}

std::vector<const Recognizer*> QuestionBook::questions(std::uint16_t port,
                                                       Transport transport) const {
  return arrange(port, transport, false);
}

std::vector<const Recognizer*> QuestionBook::questions_inside_tls(std::uint16_t port) const {
  std::vector<const Recognizer*> chosen = arrange(port, Transport::tcp, true);
  std::erase_if(chosen, [](const Recognizer* each) { return each->name == "tls"; });
  return chosen;
}

void QuestionBook::prefer_openings(std::span<const Recognizer*> questions, Transport transport,
                                   Bytes answer) {
  std::stable_partition(questions.begin(), questions.end(), [&](const Recognizer* each) {
    return contains(each->transports, transport) && each->opens.server.at(0) != ByteSet::all() &&
           each->opens.server.admits(answer);
  });
}

}  // namespace oddport
