// What a database keeps of conversations, whoever wrote it: whatever the bytes, they become families that hold each conversation once, and drafts that fit all
// members; beginnings of flows become a rhythm or none.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "classify/byte_pattern.h"
#include "store/sample_code.h"
#include "store/starts_code.h"
#include "triage/beacon.h"
#include "triage/draft_signature.h"
#include "triage/families.h"

namespace {

using namespace oddport;

// Conversations are parted by this octet doubled, and so are their sides and turns.
constexpr std::string_view mark = "\xfe\xfe";

std::string_view next_part(std::string_view& rest) {
  const std::size_t end = rest.find(mark);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), part.size() + mark.size()));
  return part;
}

void check_rhythm(std::string_view code) {
  Starts starts;
  decode_starts(code, starts);
  starts.settle();
  const auto beacon = find_beacon(starts);
  if (beacon && (beacon->score < 0 || beacon->score > 1)) std::abort();
  Starts again;
  decode_starts(encode_starts(starts), again);
  if (!(again.all() == starts.all())) std::abort();
}

void check_draft(const Family& family, const std::vector<Exchange>& exchanges) {
  std::vector<Exchange> members;
  for (const std::size_t i : family.members) members.push_back(exchanges.at(i));
  for (const DraftPattern& draft : draft_patterns(members)) {
    std::string error;
    const auto pattern = BytePattern::of_hex(draft.hex, {.at = draft.at}, error);
    if (!pattern) std::abort();
    for (const Exchange& member : members)
      if (!pattern->holds(member.said(draft.side))) std::abort();
  }
  what_varies(members, Side::client);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  check_rhythm(next_part(rest));
  std::vector<SampleCode> codes;
  while (!rest.empty() && codes.size() < 24) {
    SampleCode& code = codes.emplace_back();
    code.client = next_part(rest);
    code.server = next_part(rest);
    code.turns = next_part(rest);
    code.flags = static_cast<int>(size & 7);
  }
  std::vector<std::vector<Message>> messages(codes.size());
  std::vector<Exchange> exchanges;
  for (std::size_t i = 0; i < codes.size(); ++i)
    exchanges.push_back(
        decode_sample(codes[i], i % 2 == 0 ? Transport::tcp : Transport::udp, messages[i]));
  std::vector<bool> seen(exchanges.size());
  for (const Family& family : find_families(exchanges)) {
    for (const std::size_t i : family.members) {
      if (seen.at(i)) std::abort();
      seen[i] = true;
    }
    check_draft(family, exchanges);
  }
  if (std::ranges::find(seen, false) != seen.end()) std::abort();
  return 0;
}
