#include "report/page_ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace oddport {

namespace {

constexpr std::size_t most_others = 40;
constexpr Time nanoseconds_of_millisecond = 1'000'000;

PageClient page_client(const Pair& pair) {
  PageClient client{.ip = pair.client,
                    .flows = pair.flows,
                    .first = pair.first,
                    .last = pair.last,
                    .sent = pair.client_bytes,
                    .received = pair.server_bytes,
                    .visits = {}};
  for (const Start& start : pair.starts.all())
    client.visits.push_back({start.time_ms * nanoseconds_of_millisecond, start.bytes});
  return client;
}

std::vector<PageClient> most_active(const EndpointView& view, const Finding& finding,
                                    std::size_t most) {
  std::vector<const Pair*> pairs;
  pairs.reserve(view.pairs.size());
  for (const Pair& pair : view.pairs) pairs.push_back(&pair);
  const auto first = [&](const Pair* a, const Pair* b) {
    const bool a_keeps_time = finding.beacon && a->client == finding.beacon_client;
    const bool b_keeps_time = finding.beacon && b->client == finding.beacon_client;
    if (a_keeps_time != b_keeps_time) return a_keeps_time;
    return a->flows != b->flows ? a->flows > b->flows : a->client < b->client;
  };
  const auto told = std::min(most, pairs.size());
  std::partial_sort(pairs.begin(), pairs.begin() + static_cast<std::ptrdiff_t>(told), pairs.end(),
                    first);
  pairs.resize(told);
  std::vector<PageClient> clients;
  clients.reserve(pairs.size());
  for (const Pair* pair : pairs) clients.push_back(page_client(*pair));
  return clients;
}

std::vector<PageService> others(const EndpointView& view, const Service& lead) {
  std::vector<PageService> all;
  for (const Service& service : view.services) {
    if (service.label == Label::silent ||
        (service.label == lead.label && service.protocol == lead.protocol))
      continue;
    const auto same = std::ranges::find_if(all, [&](const PageService& told) {
      return told.label == service.label && told.protocol == service.protocol;
    });
    if (same != all.end())
      same->flows += service.flows;
    else
      all.push_back({service.label, service.protocol, service.flows});
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &PageService::flows);
  if (all.size() > most_others) all.resize(most_others);
  return all;
}

// "unofficial ssh by sshd"
std::string words_of(const Standing& standing) {
  std::string words(to_string(standing.label));
  if (!standing.protocol.empty()) words += fmt::format(" {}", standing.protocol);
  if (!standing.process.empty()) words += fmt::format(" by {}", standing.process);
  return words;
}

}  // namespace

PageFinding page_finding(const EndpointView& view, const Census& census, std::size_t most_clients) {
  const Finding judged = judge_endpoint(view, census);
  PageFinding finding{.server = view.key.server,
                      .transport = view.key.transport,
                      .role = view.key.role,
                      .port = judged.lead.port,
                      .label = judged.lead.label,
                      .certainty = judged.lead.certainty,
                      .era = judged.lead.era,
                      .protocol = judged.lead.protocol,
                      .process = judged.process,
                      .sources = judged.sources,
                      .flows = judged.flows,
                      .clients = judged.clients,
                      .first = judged.first,
                      .last = judged.last,
                      .from_client = judged.from_client,
                      .from_server = judged.from_server,
                      .others = others(view, judged.lead),
                      .most_active = most_active(view, judged, most_clients),
                      .score = judged.score};
  for (const ScorePart& part : judged.parts)
    finding.parts.push_back({part.name, part.points, part.why});
  if (const auto& beacon = judged.beacon)
    finding.beacon = PageBeacon{.client = judged.beacon_client,
                                .score = beacon->score,
                                .period = beacon->period,
                                .jitter = beacon->jitter,
                                .visits = beacon->visits};
  return finding;
}

bool ranks_before(const PageFinding& a, const PageFinding& b) {
  if (a.score != b.score) return a.score > b.score;
  if (a.label != b.label) return a.label > b.label;
  if (a.certainty != b.certainty) return a.certainty > b.certainty;
  if (a.flows != b.flows) return a.flows > b.flows;
  return std::tie(a.server, a.transport, a.role) < std::tie(b.server, b.transport, b.role);
}

PageChange page_change(const Change& change) {
  const EndpointKey& key = change.after.key;
  PageChange told;
  told.kind = to_string(change.kind);
  told.server = key.server;
  told.transport = key.transport;
  told.role = key.role;
  if (change.kind != ChangeKind::appeared) told.before = words_of(change.before);
  if (change.kind != ChangeKind::vanished) told.after = words_of(change.after);
  return told;
}

}  // namespace oddport
