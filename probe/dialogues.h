// Talks with open ports, many at once, over the kernel's own sockets, and judges what they say.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "classify/classifier.h"
#include "probe/target.h"

namespace oddport {

struct DialogueOptions {
  // Sockets in use at once, in all and to one host. No more than the system allows (RLIMIT_NOFILE, whose soft limit is raised).
  std::size_t sockets = 6000;
  std::size_t sockets_per_host = 1200;
  // Connections to one TCP port at once.
  std::size_t connections_per_port = 10;
  std::chrono::milliseconds connect_time{3000};
  // From the first connection on: what one TCP port, or what runs inside TLS on it, may take at most; and one UDP port.
  std::chrono::milliseconds tcp_time{4500};
  std::chrono::milliseconds udp_time{4000};
  // Bind source ports below 1024 where services want that, if the system lets us.
  bool reserved_ports = true;
  bool tls = true;
  // Ask control equipment, too.
  bool control = false;
  std::optional<IpAddress> source_ip;
  // The observations' origin: the scan's name.
  std::string origin;
};

enum class DialogueEnd : std::uint8_t {
  spoke,        // at least one byte was heard
  mute,         // TCP: open, but not one byte
  hung_up,      // TCP: accepts, and closes every connection before anything is said
  pseudo,       // TCP: mute, on a host on which every port seems open: no service
  unanswered,   // UDP: nothing came back
  closed,       // refused, or an ICMP error says that nobody is there
  unreachable,  // no way to the host, or connecting took too long
  given_up,     // this machine had no socket, or stop() was called
};

std::string_view to_string(DialogueEnd end);

// What came of one endpoint. All views are valid during the call.
struct DialogueResult {
  Target target;
  DialogueEnd end = DialogueEnd::spoke;
  Observation& observation;
  const Verdict& verdict;
};

class Dialogues {
 public:
  using Sink = std::function<void(const DialogueResult&)>;

  // The classifier must outlive this. Throws std::runtime_error or std::system_error where the system or OpenSSL refuses.
  Dialogues(const DialogueOptions& options, const Classifier& classifier);
  ~Dialogues();
  Dialogues(const Dialogues&) = delete;
  Dialogues& operator=(const Dialogues&) = delete;

  // Any thread may call these three while another runs. `at_home_only`: over UDP nothing is asked but what is at home on the port.
  void add(const Target& target, bool at_home_only = false);
  void finish();  // nothing more will be added
  void stop();    // what is under way ends as given_up

  // Talks until finish() or stop() was called and all is told: one result for each target, on the calling thread. A target
  // that is added twice is told twice. The sink may call add().
  void run(const Sink& sink);

  // How many were added and are not told yet.
  std::size_t pending() const;

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace oddport
