// What naming a payload costs, with 50, 100, 150 and all recognizers: the mean over the exchanges of the captures in a folder.
//
// classify FOLDER [options of Google Benchmark]. All ports are watched, so that every conversation in the captures counts.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "capture/flow_reader.h"
#include "capture/open_capture.h"
#include "classify/recognition.h"
#include "classify/recognizers.h"

namespace oddport {
namespace {

// An exchange whose bytes are its own.
class Kept {
 public:
  explicit Kept(const Observation& seen) : exchange_(seen.exchange), messages_(seen.messages) {
    for (Message& message : messages_) message.bytes = keep(message.bytes);
    exchange_.client = keep(exchange_.client);
    exchange_.server = keep(exchange_.server);
    exchange_.messages = messages_;
  }
  const Exchange& exchange() const { return exchange_; }

 private:
  Bytes keep(Bytes bytes) { return bytes_.emplace_back(bytes); }

  Exchange exchange_;
  std::vector<Message> messages_;
  std::deque<std::string> bytes_;
};

std::deque<Kept>& exchanges() {
  static std::deque<Kept> all;
  return all;
}

void load(const std::string& folder) {
  PortSet ports;
  ports.insert(0, 65535);
  FlowReader reader(
      ports, {}, [](Observation&) { return Verdict{}; },
      [](const Observation& seen, const Verdict&) {
        if (!seen.exchange.empty()) exchanges().emplace_back(seen);
      });
  std::deque<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    ReadError error;
    if (!entry.is_regular_file()) continue;
    const auto source = open_capture(names.emplace_back(entry.path().string()), error);
    if (source != nullptr) reader.read(*source, names.back(), [](std::uint64_t) { return true; });
  }
  reader.finish();
}

void name_payloads(benchmark::State& state) {
  const auto all = all_recognizers();
  const Shortlist among(all.first(std::min<std::size_t>(all.size(), state.range(0))));
  std::size_t named = 0;
  for (auto _ : state) {
    named = 0;
    for (const Kept& kept : exchanges())
      named += recognize(kept.exchange(), 0, among).named() ? 1 : 0;
    benchmark::DoNotOptimize(named);
  }
  using Counter = benchmark::Counter;
  state.counters["named"] = static_cast<double>(named);
  state.counters["s_each"] = Counter(static_cast<double>(exchanges().size()),
                                     Counter::kIsIterationInvariantRate | Counter::kInvert);
}

}  // namespace
}  // namespace oddport

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (count != 2) {
    std::fputs("usage: classify FOLDER\n", stderr);
    return 2;
  }
  oddport::load(arguments[1]);
  std::printf("%zu exchanges\n", oddport::exchanges().size());
  benchmark::RegisterBenchmark("recognizers", oddport::name_payloads)
      ->Arg(50)
      ->Arg(100)
      ->Arg(150)
      ->Arg(static_cast<long>(oddport::all_recognizers().size()))
      ->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
}
