// One TCP connection of the prober, bare or inside TLS, that never blocks and keeps what was said.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "probe/event_loop.h"
#include "probe/file_descriptor.h"
#include "probe/target.h"
#include "probe/tls_session.h"
#include "probe/transcript.h"

namespace oddport {

// From where a prober speaks.
struct SourceChoice {
  std::optional<IpAddress> ip;
  // A port of 600-1023, as clients of the r-commands have; taken where the system gives one.
  bool reserved_port = false;
};

class TcpConnection final : public EventLoop::Watcher {
 public:
  enum class End {
    none,         // still there
    refused,      // a reset in answer to the first packet
    unreachable,  // the network or the host is not there, or nobody answered
    closed,       // by the other side
    full,         // it says more than is worth hearing
    no_socket,    // this machine has none to give, or no such source address
  };

  class Owner {
   public:
    virtual void connected(TcpConnection&) = 0;
    // The handshake of TLS is done, and what is said now is said inside.
    virtual void secured(TcpConnection&) = 0;
    virtual void heard(TcpConnection&) = 0;
    virtual void ended(TcpConnection&) = 0;
    virtual void ran_out(TcpConnection&) = 0;  // of the time given by wake_in

   protected:
    ~Owner() = default;
  };

  // Opens at once; where that fails end() tells so, and the owner is not called. With a context it speaks TLS as soon as
  // it is connected. Owner, loop and context must outlive it.
  TcpConnection(EventLoop& loop, Owner& owner, const Target& target, const SourceChoice& source,
                const TlsContext* tls);

  void say(Bytes bytes);
  // Ends it without a word to the owner.
  void close();

  End end() const { return end_; }
  bool is_connected() const { return connected_; }
  bool has_reserved_port() const { return has_reserved_port_; }
  EventLoop::Clock::duration round_trip() const { return round_trip_; }
  Endpoint local() const { return local_; }
  bool is_tls() const { return tls_ != nullptr; }
  const std::optional<TlsEnvelope>& envelope() const { return envelope_; }
  // As it went over the wire.
  const Transcript& wire() const { return wire_; }
  // What was said inside TLS, or else over the wire.
  const Transcript& words() const { return envelope_ ? inner_ : wire_; }

 private:
  void on_ready(EventLoop::Event event) override;
  void on_time() override { owner_.ran_out(*this); }

  bool open(const Target& target, const SourceChoice& source);
  bool bind(const Target& target, const SourceChoice& source);
  void finish_connect();
  void receive();
  void take(Bytes bytes);
  void send(const std::string& bytes);
  void flush();
  void finish(End end);

  Owner& owner_;
  FileDescriptor socket_;
  const TlsContext* tls_context_;
  std::unique_ptr<TlsSession> tls_;
  std::optional<TlsEnvelope> envelope_;
  Transcript wire_{Transport::tcp};
  Transcript inner_{Transport::tcp};
  std::string unsent_;
  Endpoint local_;
  EventLoop::Moment begun_;
  EventLoop::Clock::duration round_trip_{};
  End end_ = End::none;
  bool connected_ = false;
  bool has_reserved_port_ = false;
};

}  // namespace oddport
