#include "cli/report_inputs.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <tuple>
#include <utility>

#include "capture/input_files.h"
#include "classify/ndpi_opinion.h"
#include "cli/capture_reading.h"
#include "cli/input_descriptor.h"
#include "cli/input_kind.h"
#include "cli/input_lines.h"
#include "cli/interrupt.h"
#include "report/quantity.h"
#include "store/endpoint_reader.h"
#include "store/note_reader.h"
#include "store/sample_reader.h"
#include "store/store.h"
#include "store/store_error.h"

namespace oddport {

namespace {

// Of one file, so that a file of something else does not fill the screen.
constexpr std::size_t most_bad_lines = 5;

constexpr std::size_t most_unknown = PageFamilies::most;
constexpr std::size_t most_named = 5000;

using SampleKey = std::tuple<Endpoint, Transport, std::string>;
using Samples = std::map<SampleKey, SampleCode>;

// The latest beginning of each endpoint and protocol; what is unknown also goes to the families.
Samples samples_of(Store& store, PageCollector& collector) {
  Samples samples;
  for (const Named named : {Named::no, Named::yes}) {
    for (const Sample& sample :
         read_samples(store, named, named == Named::no ? most_unknown : most_named)) {
      samples.try_emplace({sample.server, sample.transport, sample.protocol}, sample.code);
      if (named == Named::yes) continue;
      std::vector<Message> messages;
      collector.add_unknown(sample.server, sample.transport,
                            KeptExchange(decode_sample(sample.code, sample.transport, messages)));
    }
  }
  return samples;
}

PageWords words_of(Store& store, const EndpointView& view, const Service& service,
                   const Samples& samples) {
  VerdictWords said = words_of_note(store, service.note);
  PageWords words{.reason = std::move(said.reason),
                  .evidence = std::move(said.evidence),
                  .traits = std::move(said.traits),
                  .rules = {},
                  .origin = {},
                  .client_bytes = {},
                  .server_bytes = {}};
  const auto sample = samples.find({view.key.server, view.key.transport, service.protocol});
  if (sample == samples.end() || service.label == Label::silent) return words;
  words.client_bytes = sample->second.client.substr(0, PageLimits::bytes_of_side);
  words.server_bytes = sample->second.server.substr(0, PageLimits::bytes_of_side);
  return words;
}

}  // namespace

ReportInputs::ReportInputs(const PortSet& watched, const Rules& rules, bool ndpi)
    : watched_(watched),
      classifier_(watched, rules.set.empty() ? nullptr : &rules.set,
                  ndpi ? make_ndpi_opinion() : nullptr),
      interrupted_(catch_interrupts()) {}

void ReportInputs::note(const ReadError& error) {
  problems_.push_back(fmt::format("{}: {}", error.where, error.what));
}

void ReportInputs::read(const std::vector<std::string>& inputs, PageCollector& collector) {
  if (is_lone_database(inputs, "captures and records"))
    return read_database(inputs.front(), collector);
  InputFiles files = expand_input_files(inputs);
  for (const ReadError& error : files.errors) note(error);
  std::vector<std::string> records;
  std::erase_if(files.paths, [&](const std::string& path) {
    if (kind_of_input(path) != InputKind::records) return false;
    records.push_back(path);
    return true;
  });
  if (!files.paths.empty()) read_captures(files.paths, collector);
  for (const std::string& path : records)
    if (!interrupted_) read_records(path, collector);
}

void ReportInputs::read_database(const std::string& path, PageCollector& collector) {
  Store store(path, Store::Missing::is_an_error);
  const Samples samples = samples_of(store, collector);
  read_endpoints(store, {}, WithPairs::yes, [&](const EndpointView& view) {
    std::vector<PageWords> words;
    for (const Service& service : view.services)
      words.push_back(words_of(store, view, service, samples));
    collector.add(view, std::move(words));
  });
  read_flow_times(store, [&](Time time, Label label, std::uint64_t flows) {
    collector.add_times(time, label, flows);
  });
}

void ReportInputs::read_captures(const std::vector<std::string>& paths, PageCollector& collector) {
  const auto judge = [this](Observation& observation) { return classifier_.classify(observation); };
  FlowReader reader(watched_, {}, judge,
                    [&](const Observation& observation, const Verdict& verdict) {
                      collector.add(observation, verdict);
                    });
  const auto proceed = [this](std::uint64_t) { return !interrupted_; };
  for (const ReadError& error : oddport::read_captures(reader, paths, interrupted_, proceed))
    note(error);
}

void ReportInputs::take_line(const std::string& name, std::string_view line, std::uint64_t number,
                             PageCollector& collector) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  std::string error;
  if (const auto record = records_.read(line, error))
    collector.add(record->observation, record->verdict);
  else if (++bad_lines_ <= most_bad_lines)
    problems_.push_back(fmt::format("{}: line {}: {}", name, number, error));
}

void ReportInputs::read_records(const std::string& path, PageCollector& collector) {
  const InputDescriptor input(path);
  if (input.get() < 0) {
    problems_.push_back(fmt::format("{}: {}", input.name(), std::strerror(errno)));
    return;
  }
  InputLines lines(input.get(), interrupted_, [] {});
  std::uint64_t number = 0;
  bad_lines_ = 0;
  std::string_view line;
  for (auto next = lines.next(line); next != InputLines::Next::end; next = lines.next(line)) {
    ++number;
    if (next == InputLines::Next::failed) {
      problems_.push_back(fmt::format("{}: {}", input.name(), std::strerror(lines.error_number())));
      break;
    }
    if (next == InputLines::Next::too_long)
      problems_.push_back(
          fmt::format("{}: line {}: is too long for a record", input.name(), number));
    else
      take_line(input.name(), line, number, collector);
  }
  if (bad_lines_ > most_bad_lines)
    problems_.push_back(fmt::format("{}: {}", input.name(),
                                    counted(bad_lines_ - most_bad_lines, "more line is no record",
                                            "more lines are no records")));
}

}  // namespace oddport
