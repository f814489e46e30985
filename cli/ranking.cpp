#include "cli/ranking.h"

#include <algorithm>
#include <set>
#include <utility>

#include "store/known_marks.h"

namespace oddport {

namespace {

bool ranks_before(const Finding& a, const Finding& b) {
  if (a.score != b.score) return a.score > b.score;
  return a.key < b.key;
}

// Keeps the best in a heap whose front is the one to go first.
class Ranker {
 public:
  Ranker(Store& store, const RankingChoice& choice) : store_(store), choice_(choice) {
    for (KnownMark& mark : known_marks(store)) known_.insert(std::move(mark.thing));
  }

  Ranking run() {
    read_endpoints(store_, choice_.span, WithPairs::no,
                   [this](const EndpointView& view) { census_.add(view); });
    read_endpoints(store_, choice_.span, WithPairs::yes,
                   [this](const EndpointView& view) { take(judge_endpoint(view, census_)); });
    std::ranges::sort(ranking_.findings, ranks_before);
    for (Finding& finding : ranking_.findings)
      finding.reason = reason_of(store_, finding.lead.note);
    ranking_.endpoints = census_.endpoints();
    return std::move(ranking_);
  }

 private:
  void take(Finding finding) {
    if (finding.parts.empty() || finding.score <= 0) return;
    if (!choice_.labels.empty() &&
        std::ranges::find(choice_.labels, finding.lead.label) == choice_.labels.end())
      return;
    if (!choice_.also_known && known_.contains(known_thing(finding))) {
      ++ranking_.known;
      return;
    }
    ranking_.fails = ranking_.fails || std::ranges::find(choice_.fail_on, finding.lead.label) !=
                                           choice_.fail_on.end();
    count(finding);
    auto& all = ranking_.findings;
    if (all.size() < choice_.limit) {
      all.push_back(std::move(finding));
      std::ranges::push_heap(all, ranks_before);
      return;
    }
    ++ranking_.more;
    if (!ranks_before(finding, all.front())) return;
    std::ranges::pop_heap(all, ranks_before);
    all.back() = std::move(finding);
    std::ranges::push_heap(all, ranks_before);
  }

  void count(const Finding& finding) {
    ranking_.tally.add({finding.lead.port, finding.key.transport}, finding.lead.label,
                       finding.lead.protocol,
                       {.flows = finding.flows,
                        .packets = finding.from_client.packets + finding.from_server.packets,
                        .bytes = finding.from_client.bytes + finding.from_server.bytes});
  }

  Store& store_;
  const RankingChoice& choice_;
  std::set<KnownThing> known_;
  Census census_;
  Ranking ranking_;
};

}  // namespace

Ranking rank_findings(Store& store, const RankingChoice& choice) {
  return Ranker(store, choice).run();
}

}  // namespace oddport
