// Findings that somebody has looked at and accepted: who, when and why; kept in the store beside what they speak of.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "store/store.h"
#include "triage/finding.h"

namespace oddport {

// What was accepted: an endpoint with this label, protocol and process. Any other verdict there is new again.
struct KnownThing {
  EndpointKey key;
  Label label = Label::unknown;
  std::string protocol;
  std::string process;

  // NOLINTNEXTLINE(modernize-use-nullptr): taken for a comparison with 0 by clang-tidy 14
  friend auto operator<=>(const KnownThing&, const KnownThing&) = default;
};
KnownThing known_thing(const Finding& finding);

struct KnownMark {
  KnownThing thing;
  std::string who;
  Time at = 0;
  std::string why;
};

// All throw StoreError.
std::vector<KnownMark> known_marks(Store& store);    // by endpoint
void add_mark(Store& store, const KnownMark& mark);  // replaces one of the same thing
// Returns how many there were.
std::size_t remove_marks(Store& store, const EndpointKey& key);

}  // namespace oddport
