// The search for open ports alone, for measuring: discover TARGET PORTS [tcp|udp|both] [rate N|max] [retries N] [seed N] [list]
//
// Prints one line of figures; with "list", the open ports before it.
#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "probe/discovery.h"

namespace {

using namespace oddport;

struct Request {
  std::vector<AddressRange> targets;
  PortSet ports;
  bool tcp = true;
  bool udp = false;
  bool list = false;
  DiscoveryOptions options;
};

std::uint64_t number(std::string_view text) {
  return text == "max" ? DiscoveryOptions::rate_max
                       : std::strtoull(std::string(text).c_str(), nullptr, 10);
}

bool read_request(const std::vector<std::string_view>& words, Request& request,
                  std::string& error) {
  if (words.size() < 2) {
    error = "usage: discover TARGET PORTS [tcp|udp|both] [rate N|max] [retries N] [seed N] [list]";
    return false;
  }
  if (!parse_address_ranges(words[0], request.targets, error) ||
      !PortSet::parse(words[1], request.ports, error))
    return false;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "list") {
      request.list = true;
    } else if (word == "tcp" || word == "udp" || word == "both") {
      request.tcp = word != "udp";
      request.udp = word != "tcp";
    } else if (i + 1 < words.size() && word == "rate") {
      request.options.rate = number(words[++i]);
    } else if (i + 1 < words.size() && word == "retries") {
      request.options.retries = static_cast<unsigned>(number(words[++i]));
    } else if (i + 1 < words.size() && word == "seed") {
      request.options.seed = number(words[++i]);
    } else {
      error = fmt::format("'{}' is not understood", word);
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int count, char** words) {
  Request request;
  std::string error;
  if (!read_request({words + 1, words + count}, request, error)) {
    fmt::print(stderr, "discover: {}\n", error);
    return 2;
  }
  const auto targets = TargetSet::make(request.targets, {}, request.tcp ? request.ports : PortSet{},
                                       request.udp ? request.ports : PortSet{}, error);
  if (!targets) {
    fmt::print(stderr, "discover: {}\n", error);
    return 2;
  }
  Discovery discovery(*targets, request.options);
  double highest_rate = 0;
  const auto report = discovery.run(
      [&](const PortAnswer& answer) {
        if (request.list && answer.state == PortState::open)
          fmt::print("{} {}/{}\n", answer.target.host.to_string(), answer.target.port,
                     to_string(answer.target.transport));
      },
      [&](const DiscoveryProgress& progress) {
        highest_rate = std::max(highest_rate, progress.rate);
        return true;
      });
  const DiscoveryProgress& end = report.progress;
  fmt::print(
      "open {} answered {} of {} in {:.2f} s; sent {} ({} again), {:.0f} a second at most; "
      "loss {:.4f}, missed {:.2f} ({:.5f}); invalid {}, duplicates {}, dropped {}, refused "
      "{}{}{}\n",
      end.open, end.answered, end.total, end.seconds, end.sent, report.retransmitted, highest_rate,
      end.loss, report.estimated_missed_open, report.miss_rate, report.invalid, report.duplicates,
      report.ring_drops, report.send_drops, report.failure.empty() ? "" : "; ", report.failure);
  return report.failure.empty() ? 0 : 3;
}
