#include "cli/late_names.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "classify/classifier.h"
#include "store/observation_writer.h"
#include "store/sample_reader.h"

namespace oddport {

namespace {

struct LateName {
  Observation seen;
  Verdict said;
  Reachability state = Reachability::unsaid;
  std::string origin;
  std::string process;
};

}  // namespace

std::size_t name_by_rules(Store& store, const Rules& rules, const PortSet& watched) {
  if (rules.set.empty()) return 0;
  const Classifier classifier(watched, &rules.set);
  std::vector<LateName> all;
  read_unknown_flows(store, [&](Observation& seen, const Sighting& sighting) {
    Verdict said = classifier.classify(seen);
    // A recognizer alone has less to go by here than when the whole flow was read.
    if (said.protocol.empty() || said.rules.empty()) return;
    LateName& named = all.emplace_back(LateName{.seen = seen,
                                                .said = std::move(said),
                                                .state = sighting.state,
                                                .origin = std::string(seen.origin),
                                                .process = std::string(sighting.process)});
    // Kept already, and gone when this call is over.
    named.seen.messages.clear();
    named.seen.exchange = {};
  });
  if (all.empty()) return 0;
  ObservationWriter writer(store, std::chrono::hours(1));
  for (LateName& named : all) {
    named.seen.origin = named.origin;
    writer.add(named.seen, named.said, {.state = named.state, .process = named.process});
  }
  writer.finish();
  return all.size();
}

}  // namespace oddport
