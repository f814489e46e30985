#include "probe/host_view.h"

#include <algorithm>
#include <random>

namespace oddport {

namespace {

constexpr std::size_t many_ports = 16;
// Below the ports that systems lend to clients, and far from those that services use.
constexpr std::uint16_t first_decoy = 20000;
constexpr std::uint16_t last_decoy = 30000;

}  // namespace

HostView::HostView(DialogueSetting& setting, const IpAddress& host)
    : setting_(setting), host_(host) {}

HostView::~HostView() {
  for (auto& decoy : decoys_) setting_.loop.bury(std::move(decoy));
}

void HostView::note_open_port(std::uint16_t port) {
  if (ports_.size() >= many_ports || std::ranges::find(ports_, port) != ports_.end()) return;
  ports_.push_back(port);
  if (ports_.size() == many_ports) try_decoys();
}

void HostView::try_decoys() {
  std::random_device random;
  std::uniform_int_distribution<unsigned> any(first_decoy, last_decoy);
  for (std::size_t n = 0; n < decoys_wanted; ++n) {
    const Target target{host_, Transport::tcp, static_cast<std::uint16_t>(any(random))};
    auto decoy = std::make_unique<TcpConnection>(
        setting_.loop, static_cast<TcpConnection::Owner&>(*this), target,
        SourceChoice{.ip = setting_.options.source_ip}, nullptr);
    if (decoy->end() != TcpConnection::End::none) continue;
    decoy->wake_in(setting_.options.connect_time);
    decoys_.push_back(std::move(decoy));
  }
}

void HostView::connected(TcpConnection& line) {
  ++opened_;
  finish(line);
}

void HostView::finish(TcpConnection& line) {
  line.close();
  const auto found =
      std::ranges::find_if(decoys_, [&](const auto& decoy) { return decoy.get() == &line; });
  if (found == decoys_.end()) return;
  setting_.loop.bury(std::move(*found));
  decoys_.erase(found);
}

}  // namespace oddport
