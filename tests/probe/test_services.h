// Small services on loopback for the tests of the dialogue, each with a thread of its own that ends with it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "classify/bytes.h"
#include "classify/ip_address.h"
#include "probe/file_descriptor.h"

namespace oddport {

// What a service of a test may do with a connection.
class Caller {
 public:
  Caller(int socket, std::uint16_t port, const std::atomic<bool>& over)
      : socket_(socket), port_(port), over_(over) {}

  int socket() const { return socket_; }
  std::uint16_t port() const { return port_; }
  // What came within the time; empty where nothing did or the caller is gone.
  std::string hear(int milliseconds = 10'000) const;
  bool say(Bytes bytes) const;  // false where the caller is gone
  // Sleeps; false where the service ends or the caller has gone meanwhile.
  bool wait(int milliseconds) const;
  void stay() const {
    while (wait(50)) continue;
  }

 private:
  int socket_;
  std::uint16_t port_;
  const std::atomic<bool>& over_;
};

// Hears on a port of the kernel's choice, at all addresses of 127.0.0.0/8.
class TcpService {
 public:
  using Manner = std::function<void(const Caller&)>;

  explicit TcpService(Manner manner, std::uint16_t port = 0);
  ~TcpService();
  TcpService(const TcpService&) = delete;
  TcpService& operator=(const TcpService&) = delete;

  std::uint16_t port() const { return port_; }
  unsigned calls() const { return calls_; }

 private:
  void run();

  Manner manner_;
  FileDescriptor socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_ = false;
  std::atomic<unsigned> calls_ = 0;
  std::thread thread_;
  std::vector<std::thread> callers_;
};

// Answers each datagram with what the function makes of it; an empty answer is not sent.
class UdpService {
 public:
  using Manner = std::function<std::string(Bytes)>;

  explicit UdpService(Manner manner);
  ~UdpService();
  UdpService(const UdpService&) = delete;
  UdpService& operator=(const UdpService&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  void run();

  Manner manner_;
  FileDescriptor socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace oddport
