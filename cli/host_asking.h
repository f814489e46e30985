// Asks this machine's own listeners what they speak, by the dialogues of a scan.
#pragma once

#include <functional>
#include <vector>

#include "classify/port_set.h"
#include "classify/rule_set.h"
#include "host/inventory.h"

namespace oddport {

struct AskingOptions {
  PortSet watched;
  const RuleSet* rules = nullptr;
  bool ndpi = true;
  bool control_systems = false;  // ask such as well
};

// What came of one socket. All of it is valid during the call, during which no other one happens. Of one that spoke the verdict
// is the classifier's, with the policies heard; of others it is judge_unheard's.
struct AskedSocket {
  const HostSocket& socket;
  bool asked = false;  // else it could not be, or need not
  bool spoke = false;
  Observation& observation;
  Verdict& verdict;
};

// Asks each listener once, in its own network namespace, under its own address or by the loopback interface; sockets that share
// address and port share the answer. What cannot be asked, and connections, are told all the same. `sockets` are of the inventory.
// Returns when all are told. `proceed` is asked now and then: when it says no, whoever is not asked yet will not be.
void ask_sockets(const Inventory& inventory, const std::vector<const HostSocket*>& sockets,
                 const AskingOptions& options, Time now, const std::function<bool()>& proceed,
                 const std::function<void(const AskedSocket&)>& tell);

}  // namespace oddport
