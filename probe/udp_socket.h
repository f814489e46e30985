// One UDP socket of the prober that asks one host one question and hears answers from whatever port of that host they come.
#pragma once

#include <optional>

#include "probe/event_loop.h"
#include "probe/file_descriptor.h"
#include "probe/target.h"
#include "probe/transcript.h"

namespace oddport {

class UdpSocket final : public EventLoop::Watcher {
 public:
  class Owner {
   public:
    virtual void heard(UdpSocket&) = 0;
    virtual void refused(UdpSocket&) = 0;  // an ICMP error says that nobody is there
    virtual void ran_out(UdpSocket&) = 0;  // of the time given by wake_in

   protected:
    ~Owner() = default;
  };

  // `home_port`: bind this source port, if the system lets us; 0 for any. Owner and loop must outlive it.
  UdpSocket(EventLoop& loop, Owner& owner, const Target& target,
            const std::optional<IpAddress>& source, std::uint16_t home_port);

  // False where this machine had no socket to give.
  bool is_open() const { return static_cast<bool>(socket_); }
  void say(Bytes datagram);
  void close();

  // The address is the one from which the kernel would send.
  Endpoint local() const { return local_; }
  const Transcript& words() const { return words_; }

 private:
  void on_ready(EventLoop::Event event) override;
  void on_time() override { owner_.ran_out(*this); }
  bool open(const std::optional<IpAddress>& source, std::uint16_t home_port);
  void find_local_address();
  bool read_error();
  void receive();

  Owner& owner_;
  Target target_;
  FileDescriptor socket_;
  bool is_connected_ = false;
  Endpoint local_;
  Transcript words_{Transport::udp};
};

}  // namespace oddport
