// What a prober has seen of one host as a whole: whether every port of it seems open.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "probe/dialogue_setting.h"
#include "probe/tcp_connection.h"

namespace oddport {

// Where many ports of a host are open, two that nothing listens on by custom are tried as well: if both let connect, something on the
// way answers for the host, and a mute port there tells of no service.
class HostView final : private TcpConnection::Owner {
 public:
  HostView(DialogueSetting& setting, const IpAddress& host);
  ~HostView();
  HostView(const HostView&) = delete;
  HostView& operator=(const HostView&) = delete;

  void note_open_port(std::uint16_t port);
  bool opens_everywhere() const { return opened_ == decoys_wanted; }

 private:
  static constexpr std::size_t decoys_wanted = 2;

  void connected(TcpConnection& line) override;
  void secured(TcpConnection&) override {}
  void heard(TcpConnection&) override {}
  void ended(TcpConnection& line) override { finish(line); }
  void ran_out(TcpConnection& line) override { finish(line); }
  void try_decoys();
  void finish(TcpConnection& line);

  DialogueSetting& setting_;
  IpAddress host_;
  std::vector<std::uint16_t> ports_;  // open ones, until there are many
  std::vector<std::unique_ptr<TcpConnection>> decoys_;
  std::size_t opened_ = 0;
};

}  // namespace oddport
