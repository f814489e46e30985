// How fast a store takes observations, and how long triage and diff take over many of them: bench_store FILE [COUNT].
//
// The observations are made up: 20,000 services of 4,000 hosts, clients of a /16, thirty days, a third of what is spoken odd.
#include "store/store.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "cli/ranking.h"
#include "store/endpoint_reader.h"
#include "store/observation_writer.h"
#include "triage/difference.h"

namespace {

using namespace oddport;

constexpr Time begin_of_all = 1'767'225'600'000'000'000;  // 2026-01-01
constexpr Time day = 86'400'000'000'000;
constexpr int days = 30;

class Clock {
 public:
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration<double>(now - std::exchange(last_, now)).count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

struct Kind {
  Label label;
  Certainty certainty;
  const char* protocol;
};
constexpr Kind kinds[] = {{Label::expected, Certainty::confirmed, "ipp"},
                          {Label::expected, Certainty::confirmed, "imaps"},
                          {Label::unofficial, Certainty::confirmed, "ssh"},
                          {Label::legacy, Certainty::likely, "rlogin"},
                          {Label::unknown, Certainty::none, ""},
                          {Label::silent, Certainty::none, ""}};

void make(std::mt19937_64& dice, Time time, Observation& seen, Verdict& said) {
  // In the second half some services are new, and some speak otherwise.
  const bool later = time >= begin_of_all + days / 2 * day;
  auto service = static_cast<std::uint32_t>(dice() % 20'000);
  if (!later && service % 40 == 7) --service;
  const Kind& kind = kinds[(service + (later && service % 50 == 3 ? 1 : 0)) % std::size(kinds)];
  seen.origin = "made up";
  seen.server = {.ip = IpAddress::v4(0xc6120000 + service / 5),
                 .port = static_cast<std::uint16_t>(500 + service % 524)};
  // Each service has ten clients.
  seen.client = {
      .ip = IpAddress::v4(0xc6130000 +
                          (service * 31 + static_cast<std::uint32_t>(dice() % 10)) % 65'536),
      .port = static_cast<std::uint16_t>(32'768 + dice() % 28'000)};
  seen.first = time;
  seen.last = time + static_cast<Time>(dice() % 60'000'000'000);
  seen.from_client = {.packets = 10, .bytes = dice() % 100'000};
  seen.from_server = {.packets = 12, .bytes = dice() % 100'000};
  said.label = kind.label;
  said.certainty = kind.certainty;
  said.protocol = kind.protocol;
  said.port = seen.server.port;
  said.reason = fmt::format("{} on {}/tcp, as the benchmark has it.", kind.protocol, said.port);
}

std::vector<Standing> standings(Store& store, DaySpan span) {
  std::vector<Standing> all;
  read_endpoints(store, span, WithPairs::no, [&all](const EndpointView& view) {
    if (auto standing = standing_of(view)) all.push_back(std::move(*standing));
  });
  return all;
}

void run(const std::string& path, std::uint64_t count) {
  Store store(path, Store::Missing::is_created);
  Clock clock;
  {
    ObservationWriter writer(store);
    std::mt19937_64 dice(1);
    Observation seen;
    Verdict said;
    for (std::uint64_t i = 0; i < count; ++i) {
      make(dice,
           begin_of_all + static_cast<Time>(i * static_cast<std::uint64_t>(days * day / count)),
           seen, said);
      writer.add(seen, said);
    }
    writer.flush();
    const double inserting = clock.lap();
    writer.finish();
    const double adding = clock.lap();
    std::printf("insert  %.1f s, sums %.1f s: %.0f observations/s\n", inserting, adding,
                static_cast<double>(count) / (inserting + adding));
  }
  const Ranking ranking = rank_findings(store, {});
  std::printf("triage  %.2f s: %zu of %llu endpoints shown\n", clock.lap(), ranking.findings.size(),
              static_cast<unsigned long long>(ranking.endpoints));
  constexpr std::int64_t first_day = begin_of_all / day;
  const auto changes =
      difference(standings(store, {.first = first_day, .last = first_day + days / 2 - 1}),
                 standings(store, {.first = first_day + days / 2, .last = first_day + days}));
  std::printf("diff    %.2f s: %zu changes\n", clock.lap(), changes.size());
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  std::printf("memory  %ld MB at most\n", used.ru_maxrss / 1024);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_store FILE [COUNT]\n");
    return 2;
  }
  try {
    run(argv[1], argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10'000'000);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_store: %s\n", error.what());
    return 3;
  }
  return 0;
}
