#include "report/protocols.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "classify/ndpi_opinion.h"
#include "classify/recognizers.h"
#include "report/recordings.h"
#include "report/text_layout.h"
#include "report/text_page.h"

namespace oddport {

namespace {

constexpr std::string_view listens_only = "nothing: it only listens";
constexpr std::string_view asks_nothing = "nothing: nDPI has no questions";

// A name that a verdict may carry.
struct Protocol {
  std::string_view name;
  const Recognizer* recognizer = nullptr;
  // No recognizer knows it: nDPI alone does, and `recognizer` only tells of it.
  bool by_ndpi = false;

  bool is_main() const { return name == recognizer->name; }
};

std::vector<Protocol> all_protocols() {
  std::vector<Protocol> all;
  for (const Recognizer* recognizer : all_recognizers()) {
    all.push_back({recognizer->name, recognizer});
    for (const std::string_view name : recognizer->also) all.push_back({name, recognizer});
  }
  for (const Recognizer& known : ndpi_protocols()) all.push_back({known.name, &known, true});
  std::ranges::sort(all, {}, &Protocol::name);
  return all;
}

std::optional<Protocol> find_protocol(std::string_view name) {
  if (const Recognizer* recognizer = find_recognizer(name); recognizer != nullptr)
    return Protocol{name, recognizer};
  const auto known = std::ranges::find(ndpi_protocols(), name, &Recognizer::name);
  if (known == ndpi_protocols().end()) return std::nullopt;
  return Protocol{name, &*known, true};
}

// Of a further name only the homes of the service that is called so.
std::vector<Home> homes_of(const Protocol& protocol) {
  std::vector<Home> homes;
  for (const Home& home : protocol.recognizer->homes)
    if (protocol.is_main() || home.service == protocol.name) homes.push_back(home);
  return homes;
}

std::vector<Recording> recordings_of(const Protocol& protocol) {
  std::vector<Recording> found;
  std::ranges::copy_if(recordings(), std::back_inserter(found), [&](const Recording& recording) {
    return recording.protocol == protocol.name;
  });
  return found;
}

std::string_view asks(const Recognizer& recognizer) {
  if (recognizer.judge == nullptr) return asks_nothing;
  return recognizer.hello.about.empty() ? listens_only : recognizer.hello.about;
}

// ---- The table ----

using Row = std::array<std::string, 8>;

std::string ports_cell(const Protocol& protocol) {
  std::string text;
  for (const Home& home : homes_of(protocol))
    text += fmt::format("{}{}/{}", text.empty() ? "" : ",", home.port, to_string(home.transport));
  return text.empty() ? "-" : text;
}

// "2 confirmed", "1 likely": by how many recordings, and how surely at best.
std::string recorded_cell(const Protocol& protocol) {
  const auto found = recordings_of(protocol);
  if (found.empty()) return "-";
  const Recording& best = *std::ranges::max_element(found, {}, &Recording::certainty);
  return fmt::format("{} {}", found.size(), to_string(best.certainty));
}

Row row_of(const Protocol& protocol) {
  const Recognizer& recognizer = *protocol.recognizer;
  return {std::string(protocol.name),
          std::string(recognizer.title),
          std::string(to_string(recognizer.era)),
          std::string(name_of(recognizer.transports)),
          ports_cell(protocol),
          recorded_cell(protocol),
          std::string(asks(recognizer)),
          std::string(recognizer.reference)};
}

// ---- JSON ----

using Json = nlohmann::ordered_json;

Json json_of(Transports transports) {
  Json list = Json::array();
  for (const Transport transport : {Transport::tcp, Transport::udp})
    if (contains(transports, transport)) list.push_back(to_string(transport));
  return list;
}

Json json_of(const Protocol& protocol) {
  const Recognizer& recognizer = *protocol.recognizer;
  Json homes = Json::array();
  for (const Home& home : homes_of(protocol))
    homes.push_back({{"port", home.port},
                     {"transport", to_string(home.transport)},
                     {"service", home.service},
                     {"era", to_string(home.era.value_or(recognizer.era))}});
  Json proofs = Json::array();
  for (const Recording& recording : recordings_of(protocol))
    proofs.push_back({{"file", recording.file}, {"certainty", to_string(recording.certainty)}});
  return {{"protocol", protocol.name},
          {"title", recognizer.title},
          {"recognizer", protocol.by_ndpi ? "ndpi" : recognizer.name},
          {"era", to_string(recognizer.era)},
          {"transports", json_of(recognizer.transports)},
          {"homes", std::move(homes)},
          {"reserved_source_port", recognizer.reserved_source_port},
          {"question",
           {{"about", asks(recognizer)},
            {"bytes", hexadecimal(recognizer.hello.bytes)},
            {"over_tcp", hexadecimal(recognizer.hello.over_tcp)}}},
          {"reference", recognizer.reference},
          {"recordings", std::move(proofs)}};
}

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

// Whether an example of the recognizer is about this one of its protocols.
bool concerns(const Example& example, const Protocol& protocol) {
  const std::string_view named =
      example.protocol.empty() ? protocol.recognizer->name : example.protocol;
  return named == protocol.name;
}

// ---- The page ----

void write_homes(const Protocol& protocol, TextPage& page) {
  page.heading("Home ports");
  const auto homes = homes_of(protocol);
  if (homes.empty()) page.entry("none: IANA assigned it none");
  for (const Home& home : homes)
    page.entry(fmt::format("{}/{} as {}{}", home.port, to_string(home.transport), home.service,
                           home.era ? fmt::format(", {}", to_string(*home.era)) : std::string()));
  if (protocol.recognizer->reserved_source_port)
    page.entry("Its clients customarily bind a reserved source port, 512-1023.");
}

void write_question(const Recognizer& recognizer, TextPage& page) {
  page.heading("What a probe would ask");
  page.entry(asks(recognizer));
  const Question& hello = recognizer.hello;
  if (!hello.bytes.empty())
    page.entry(fmt::format("{} bytes: {}", hello.bytes.size(), shown_bytes(hello.bytes)), 4);
  if (!hello.over_tcp.empty())
    page.entry(
        fmt::format("over TCP {} bytes: {}", hello.over_tcp.size(), shown_bytes(hello.over_tcp)),
        4);
}

void write_proofs(const Protocol& protocol, TextPage& page) {
  if (protocol.by_ndpi) {
    page.prose("Named by nDPI's word alone, so never more than likely.");
    return;
  }
  page.heading("Examples that prove it");
  for (const Example& example : protocol.recognizer->examples)
    if (example.expect >= Certainty::likely && concerns(example, protocol))
      page.entry(fmt::format("{}: {}", to_string(example.expect), example.about));
  for (const Example& example : protocol.recognizer->examples)
    if (example.expect < Certainty::likely) page.entry(fmt::format("not it: {}", example.about));
  page.heading("Recordings that prove it");
  const auto proofs = recordings_of(protocol);
  if (proofs.empty()) page.entry("none yet");
  for (const Recording& recording : proofs)
    page.entry(fmt::format("{}: pcaps/{}", to_string(recording.certainty), recording.file));
}

}  // namespace

std::string protocols_table(std::size_t width, Charset charset) {
  std::vector<Row> rows = {{"PROTOCOL", "TITLE", "ERA", "TRANSPORT", "HOME PORTS", "RECORDED",
                            "A PROBE ASKS", "REFERENCE"}};
  for (const Protocol& protocol : all_protocols()) rows.push_back(row_of(protocol));
  constexpr std::array<std::size_t, 8> widest = {20, 28, 8, 9, 24, 20, 48, 200};
  std::array<std::size_t, 8> columns{};
  for (const Row& row : rows)
    for (std::size_t n = 0; n < row.size(); ++n)
      columns[n] = std::max(columns[n], std::min(widest[n], display_width(row[n])));
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t n = 0; n < row.size(); ++n) {
      const std::string cell = cut_to_width(row[n], columns[n], charset);
      line += cell;
      if (n + 1 < row.size()) line.append(columns[n] - display_width(cell) + 2, ' ');
    }
    text += width == 0 ? line : cut_to_width(line, width, charset);
    text += '\n';
  }
  return text;
}

std::string protocols_json() {
  std::string text;
  for (const Protocol& protocol : all_protocols()) text += line_of(json_of(protocol));
  return text;
}

std::optional<std::string> protocol_page(std::string_view name) {
  const auto protocol = find_protocol(name);
  if (!protocol) return std::nullopt;
  const Recognizer& recognizer = *protocol->recognizer;
  TextPage page;
  page.prose(fmt::format("{}: {} over {}, {}.", name, recognizer.title,
                         name_of(recognizer.transports), to_string(recognizer.era)));
  if (!protocol->is_main())
    page.prose(fmt::format("Recognized together with {}.", recognizer.name));
  if (protocol->is_main() && !recognizer.also.empty())
    page.prose(fmt::format("Also names {}.", fmt::join(recognizer.also, ", ")));
  page.prose(fmt::format("Reference: {}", recognizer.reference));
  write_homes(*protocol, page);
  write_question(recognizer, page);
  write_proofs(*protocol, page);
  return page.take();
}

std::optional<std::string> protocol_json(std::string_view name) {
  const auto protocol = find_protocol(name);
  if (!protocol) return std::nullopt;
  Json json = json_of(*protocol);
  Json examples = Json::array();
  for (const Example& example : protocol->recognizer->examples)
    if (example.expect < Certainty::likely || concerns(example, *protocol))
      examples.push_back({{"about", example.about}, {"expect", to_string(example.expect)}});
  json["examples"] = std::move(examples);
  return line_of(json);
}

}  // namespace oddport
