// What a scan has found so far: answers of ports and ends of dialogues in; records, hosts, counts and the journal's lines out.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "classify/classifier.h"
#include "cli/memory.h"
#include "cli/scan_journal.h"
#include "cli/scan_outputs.h"
#include "cli/scan_setup.h"
#include "probe/dialogues.h"
#include "probe/port_state.h"
#include "report/scan_summary.h"
#include "triage/tally.h"

namespace oddport {

// The search calls from one thread and the dialogues from another: every function may be called from any.
class ScanFindings {
 public:
  // All must outlive this; `journal` may be null.
  ScanFindings(const ScanSetup& setup, const Classifier& classifier, ScanOutputs& outputs,
               ScanJournal* journal, Memory& memory);

  // Tells again what an interrupted scan had told, and returns the open ports whose dialogues were not over.
  std::vector<Target> take_up(const InterruptedScan& scan);
  // True where the port is open and was not known: it is to be asked what it is.
  bool take(const PortAnswer& answer);
  // An endpoint that is asked without a search before: whether it is open, its dialogue tells.
  void expect(const Target& target);
  void take(const DialogueResult& result);
  // True where nothing is known of the silent port: a dialogue is to find out whether it is open.
  bool suspect(const Target& target);
  // Keeps for a later run which ports said nothing.
  void stayed_silent(const std::vector<Target>& targets);

  // Notes how far the search is; the counts of ports are added here.
  void checkpoint(JournalPosition position);
  // Hands on what was found, to readers and to the journal. On error of the journal returns false, once.
  bool flush(std::string& error);
  // Writes the formats that are told by host, and ends all output.
  void finish(const ScanPlan& plan, ScanEnd end);

  // How many ports are open so far, pseudo ones included.
  std::uint64_t open() const;
  Tally tally() const;
  // Sets the counts of ports and pseudo hosts.
  void tell(ScanSummary& summary) const;

 private:
  using Key = std::pair<Endpoint, Transport>;
  struct Host {
    ScannedHost told;
    std::array<PortCounts, 2> counts;  // TCP, UDP
  };

  static Key key_of(const Target& target);
  PortCounts& counts(Transport transport) { return transport == Transport::tcp ? tcp_ : udp_; }
  void note(const PortAnswer& answer);
  void keep_closed(const PortAnswer& answer);
  bool settle_expected(const OpenPort& port, const DialogueResult& result);
  Host& host_of(const IpAddress& ip, Time time);
  void tell(const Observation& observation, const Verdict& verdict);
  void tell_pseudo(const DialogueResult& result);
  void take_suspect(const DialogueResult& result);
  bool tell_reply(const OpenPort& port, const DialogueResult& result);
  void list(const Observation& observation, const Verdict& verdict);
  std::vector<UnlistedPorts> unlisted_of(const Host& host) const;

  const ScanSetup& setup_;
  const Classifier& classifier_;
  ScanOutputs& outputs_;
  mutable std::mutex mutex_;
  ScanJournal* journal_;
  Memory& memory_;
  Tally tally_;
  PortCounts tcp_;
  PortCounts udp_;
  std::map<Key, OpenPort> unnamed_;
  std::set<Key> suspects_;  // silent ports that are being talked with
  std::set<Key> known_;     // of the interrupted scan: found before, and not to be told twice
  std::set<IpAddress> pseudo_hosts_;
  std::uint64_t pseudo_ports_ = 0;
  std::map<IpAddress, Host> hosts_;  // only where a file wants them
};

}  // namespace oddport
