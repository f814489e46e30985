// Network namespaces that a test makes for itself: hosts joined by a veth pair, seen by nobody else and gone with the test.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "probe/file_descriptor.h"

namespace oddport::testing {

class NetworkNamespace {
 public:
  // Not open where this process may not make one.
  NetworkNamespace();

  bool open() const { return static_cast<bool>(descriptor_); }
  // Runs it on a thread whose network is this namespace; threads that it starts stay there, as do its sockets.
  void run(const std::function<void()>& work) const;
  // A shell command inside; true where it exited with 0.
  bool shell(const std::string& command) const;
  // How `ip` is told of it.
  std::string path() const;

 private:
  FileDescriptor descriptor_;
};

// A scanner at 198.18.255.1 (2001:db8:ff::1) and a target that owns 198.18.255.2 and every address of 198.18.0.0/24 and
// 2001:db8::/120, to which the scanner is routed by way of it. Ports 500-1023 need no privilege.
class TwoHosts {
 public:
  // Says in `skip` what is missing, if anything is.
  explicit TwoHosts(std::string& skip);

  NetworkNamespace scanner;
  NetworkNamespace target;

  // Listens on these TCP ports of all addresses of the target, both families.
  void listen(const std::vector<int>& ports);
  // Answers datagrams to these UDP ports with `answer`, from the address that was asked; only those that say `question`, if given.
  void answer(const std::vector<int>& ports, const std::string& answer,
              const std::string& question = {});

 private:
  bool connect();

  std::vector<FileDescriptor> sockets_;
  std::vector<std::shared_ptr<void>> responders_;
};

}  // namespace oddport::testing
