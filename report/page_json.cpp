#include "report/page_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>

#include "report/escape.h"
#include "report/json_writer.h"
#include "report/port_story.h"
#include "report/record_fields.h"
#include "report/text_page.h"

namespace oddport {

namespace {

constexpr std::uint16_t first_port = 500;
constexpr std::uint16_t last_port = 1023;

std::int64_t milliseconds(Time time) { return time / 1'000'000 - (time % 1'000'000 < 0 ? 1 : 0); }

void write_signed(JsonWriter& json, std::string_view name, std::int64_t value) {
  json.key(name) += fmt::format_int(value).str();
}

// A number of which three digits are enough; members of an array are given no name.
void write_short(JsonWriter& json, std::string_view name, double value) {
  fmt::format_to(std::back_inserter(json.key(name)), "{:.4g}", value);
}

void write_text(JsonWriter& json, std::string_view name, std::string_view text) {
  if (!text.empty()) json.text(name, visible(text));
}

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  json.begin_array(name);
  for (const std::string& text : texts) json.element(visible(text));
  json.end_array();
}

void write_bytes(JsonWriter& json, std::string_view name, Bytes bytes) {
  if (!bytes.empty()) json.token(name, hexadecimal(bytes));
}

// Numbers without a name, as the page knows their places.
template <typename Numbers>
void write_numbers(std::string& out, const Numbers& numbers) {
  out += '[';
  for (const auto number : numbers) {
    if (out.back() != '[') out += ',';
    out += fmt::format_int(number).str();
  }
  out += ']';
}

void write_client(JsonWriter& json, const PageClient& client) {
  json.begin_element();
  json.token("ip", client.ip.to_string());
  json.number("flows", client.flows);
  write_signed(json, "first", milliseconds(client.first));
  write_signed(json, "last", milliseconds(client.last));
  json.number("sent", client.sent);
  json.number("received", client.received);
  // From the first visit on: small numbers, of which there are many.
  std::vector<std::int64_t> times;
  std::vector<std::uint64_t> bytes;
  for (const PageVisit& visit : client.visits) {
    times.push_back(milliseconds(visit.time) - milliseconds(client.first));
    bytes.push_back(visit.bytes);
  }
  write_numbers(json.key("visits"), times);
  write_numbers(json.key("bytes"), bytes);
  json.end_object();
}

void write_parts(JsonWriter& json, const PageFinding& finding) {
  if (finding.parts.empty()) return;
  write_short(json, "score", finding.score);
  json.begin_array("parts");
  for (const PageScorePart& part : finding.parts) {
    json.begin_element();
    json.text("name", part.name);
    write_short(json, "points", part.points);
    json.text("why", visible(part.why));
    json.end_object();
  }
  json.end_array();
}

void write_beacon(JsonWriter& json, const PageBeacon& beacon) {
  json.begin_object("beacon");
  json.token("client", beacon.client.to_string());
  write_short(json, "score", beacon.score);
  write_short(json, "period", beacon.period);
  write_short(json, "jitter", beacon.jitter);
  json.number("visits", beacon.visits);
  json.end_object();
}

void write_others(JsonWriter& json, const PageFinding& finding) {
  if (finding.others.empty()) return;
  json.begin_array("others");
  for (const PageService& service : finding.others) {
    json.begin_element();
    json.token("label", to_string(service.label));
    write_text(json, "protocol", service.protocol);
    json.number("flows", service.flows);
    json.end_object();
  }
  json.end_array();
}

void write_verdict(JsonWriter& json, const PageFinding& finding) {
  json.number("port", finding.port);
  json.token("label", to_string(finding.label));
  json.token("certainty", to_string(finding.certainty));
  if (finding.era) json.token("era", to_string(*finding.era));
  write_text(json, "protocol", finding.protocol);
  write_text(json, "process", finding.process);
  write_text(json, "reason", finding.reason);
  write_texts(json, "evidence", finding.evidence);
  write_texts(json, "traits", finding.traits);
  write_texts(json, "rules", finding.rules);
  write_text(json, "origin", finding.origin);
  write_bytes(json, "clientBytes", finding.client_bytes);
  write_bytes(json, "serverBytes", finding.server_bytes);
}

void write_traffic(JsonWriter& json, const PageFinding& finding) {
  json.number("flows", finding.flows);
  json.number("clients", finding.clients);
  write_signed(json, "first", milliseconds(finding.first));
  write_signed(json, "last", milliseconds(finding.last));
  json.number("sent", finding.from_client.bytes);
  json.number("received", finding.from_server.bytes);
  json.number("packets", finding.from_client.packets + finding.from_server.packets);
}

void write_finding(JsonWriter& json, const PageFinding& finding) {
  json.begin_element();
  json.token("id", finding_name(finding));
  json.token("ip", finding.server.ip.to_string());
  json.number("serverPort", finding.server.port);
  json.token("transport", to_string(finding.transport));
  json.token("role", to_string(finding.role));
  write_verdict(json, finding);
  write_traffic(json, finding);
  json.begin_array("sources");
  for (const Source source : finding.sources) json.element(to_string(source));
  json.end_array();
  write_others(json, finding);
  write_parts(json, finding);
  if (finding.beacon) write_beacon(json, *finding.beacon);
  json.begin_array("top");
  for (const PageClient& client : finding.most_active) write_client(json, client);
  json.end_array();
  json.end_object();
}

// ---- Ports ----

void write_assignment(JsonWriter& json, const ToldAssignment& told) {
  json.begin_element();
  write_text(json, "service", told.row.service);
  json.token("transports", name_of(told.transports));
  json.token("status", to_string(told.row.status));
  write_text(json, "description", told.row.description);
  write_text(json, "registered", told.row.registered);
  write_text(json, "changed", told.row.changed);
  write_text(json, "reference", told.row.reference);
  json.end_object();
}

void write_uses(JsonWriter& json, std::string_view name, const std::vector<Custom>& uses) {
  if (uses.empty()) return;
  json.begin_array(name);
  for (const Custom& use : uses) {
    // A block of hundreds of ports says nothing of one of them.
    if (use.last - use.first > 31) continue;
    json.begin_element();
    json.text("software", use.software);
    write_text(json, "does", use.does);
    json.end_object();
  }
  json.end_array();
}

void write_port(JsonWriter& json, std::uint16_t port) {
  const PortStory story = tell_port(port, std::nullopt);
  json.begin_element();
  json.number("port", port);
  json.token("tcp", to_string(port_facts(port, Transport::tcp).status));
  json.token("udp", to_string(port_facts(port, Transport::udp).status));
  json.text("headline", story.headline);
  json.begin_array("assignments");
  for (const ToldAssignment& told : story.assignments) write_assignment(json, told);
  json.end_array();
  if (!story.history.empty()) {
    json.begin_array("history");
    for (const HistoryNote& note : story.history) {
      json.begin_element();
      json.text("date", note.date);
      json.text("event", note.event);
      json.end_object();
    }
    json.end_array();
  }
  write_uses(json, "uses", story.other_uses);
  write_uses(json, "clientUses", story.client_uses);
  if (!story.malware.empty()) {
    json.begin_array("malware");
    for (const MalwareName& name : story.malware) json.element(name.name);
    json.end_array();
  }
  json.end_object();
}

void write_seen(JsonWriter& json, const Tally& tally) {
  std::map<std::pair<std::uint16_t, Transport>, VolumeByLabel> ordered;
  for (const auto& [key, volumes] : tally.ports()) ordered[{key.port, key.transport}] = volumes;
  json.begin_array("seen");
  for (const auto& [key, volumes] : ordered) {
    json.begin_element();
    json.number("port", key.first);
    json.token("transport", to_string(key.second));
    std::array<std::uint64_t, labels_odd_first.size()> flows{}, bytes{};
    std::ranges::transform(volumes, flows.begin(), &Volume::flows);
    std::ranges::transform(volumes, bytes.begin(), &Volume::bytes);
    write_numbers(json.key("flows"), flows);
    write_numbers(json.key("bytes"), bytes);
    json.end_object();
  }
  json.end_array();
}

// ---- The rest ----

void write_labels(JsonWriter& json, const Tally& tally) {
  json.begin_array("labels");  // in the order of the numbers in `seen` and `timeLine`
  std::array labels = labels_odd_first;
  std::ranges::sort(labels);
  for (const Label label : labels) {
    json.begin_element();
    json.token("name", to_string(label));
    json.number("flows", tally.of(label).flows);
    json.number("packets", tally.of(label).packets);
    json.number("bytes", tally.of(label).bytes);
    json.end_object();
  }
  json.end_array();
}

void write_time_line(JsonWriter& json, const PageTimeLine& line) {
  json.begin_object("timeLine");
  write_signed(json, "first", milliseconds(line.first));
  write_short(json, "step", static_cast<double>(line.step) / 1e6);
  std::string& out = json.key("steps");
  out += '[';
  for (const auto& counts : line.steps) {
    if (out.back() != '[') out += ',';
    write_numbers(out, counts);
  }
  out += ']';
  json.end_object();
}

void write_family(JsonWriter& json, const PageFamily& family) {
  json.begin_element();
  json.number("conversations", family.conversations);
  write_short(json, "likeness", family.likeness);
  write_texts(json, "endpoints", family.endpoints);
  json.number("moreEndpoints", family.more_endpoints);
  write_text(json, "clientPattern", family.client_pattern);
  write_text(json, "serverPattern", family.server_pattern);
  write_bytes(json, "clientBytes", family.client_bytes);
  write_bytes(json, "serverBytes", family.server_bytes);
  json.end_object();
}

void write_change(JsonWriter& json, const PageChange& change) {
  json.begin_element();
  json.token("kind", change.kind);
  json.token("ip", change.server.ip.to_string());
  json.number("port", change.server.port);
  json.token("transport", to_string(change.transport));
  json.token("role", to_string(change.role));
  write_text(json, "before", change.before);
  write_text(json, "after", change.after);
  json.end_object();
}

void write_head(JsonWriter& json, const PageData& data) {
  json.token("schema", "oddport-page/1");
  json.text("title", visible(data.title));
  write_texts(json, "inputs", data.inputs);
  write_texts(json, "problems", data.problems);
  write_signed(json, "made", milliseconds(data.made));
  write_signed(json, "first", milliseconds(data.first));
  write_signed(json, "last", milliseconds(data.last));
  json.token("registry", registry_snapshot());
  json.number("endpoints", data.endpoints);
  json.number("flowsBeyond", data.flows_beyond);
}

// Outside of strings there is no '<' in JSON.
std::string without_tags(const std::string& json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  }
  return safe;
}

}  // namespace

std::string finding_name(const PageFinding& finding) {
  return fmt::format("{}-{}-{}{}", finding.server.ip.to_string(), finding.server.port,
                     to_string(finding.transport),
                     finding.role == Role::client_port ? "-client" : "");
}

std::string page_json(const PageData& data) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_head(json, data);
  write_labels(json, data.tally);
  write_time_line(json, data.time_line);
  write_seen(json, data.tally);
  json.begin_array("ports");
  for (std::uint16_t port = first_port; port <= last_port; ++port) write_port(json, port);
  json.end_array();
  json.begin_array("findings");
  for (const PageFinding& finding : data.findings) write_finding(json, finding);
  json.end_array();
  json.begin_array("families");
  for (const PageFamily& family : data.families) write_family(json, family);
  json.end_array();
  write_text(json, "baseline", data.baseline);
  json.begin_array("changes");
  for (const PageChange& change : data.changes) write_change(json, change);
  json.end_array();
  json.end_object();
  return without_tags(out);
}

}  // namespace oddport
