#include "report/finding_writer.h"

#include <fmt/format.h>

#include "report/json_writer.h"
#include "report/quantity.h"
#include "report/record_fields.h"
#include "report/text_layout.h"
#include "report/timestamp.h"

namespace oddport {

namespace {

void append_wrapped(TextSink& sink, const std::string& text, std::size_t indent,
                    std::size_t width) {
  for (const std::string_view line : wrap(text, std::max<std::size_t>(width, indent + 30) - indent))
    sink.append(fmt::format("{:{}}{}\n", "", indent, line));
}

std::string what_speaks(Label label, const std::string& protocol) {
  if (label == Label::silent) return "silent";
  return protocol.empty() ? std::string(to_string(label))
                          : fmt::format("{} {}", to_string(label), protocol);
}

std::string time_text(Time time) {
  std::string text;
  append_timestamp(text, time);
  return text;
}

void write_key(JsonWriter& json, const EndpointKey& key) {
  json.token("transport", to_string(key.transport));
  json.begin_object("server");
  json.token("ip", key.server.ip.to_string());
  json.number("port", key.server.port);
  json.end_object();
  json.token("role", to_string(key.role));
}

void write_sides(JsonWriter& json, std::string_view name, std::uint64_t client,
                 std::uint64_t server) {
  json.begin_object(name);
  json.number("client", client);
  json.number("server", server);
  json.end_object();
}

void write_finding(JsonWriter& json, const Finding& finding) {
  json.begin_object();
  json.token("schema", "oddport-finding/1");
  json.key("score") += fmt::format("{:.1f}", finding.score);
  write_key(json, finding.key);
  json.number("port", finding.lead.port);
  json.text_or_null("label", label_field(finding.lead.label));
  json.text_or_null("protocol", finding.lead.protocol);
  json.token("certainty", to_string(finding.lead.certainty));
  json.text_or_null("process", finding.process);
  json.text("reason", finding.reason);
  json.begin_array("parts");
  for (const ScorePart& part : finding.parts) {
    json.begin_element();
    json.text("name", part.name);
    json.key("points") += fmt::format("{:.1f}", part.points);
    json.text("why", part.why);
    json.end_object();
  }
  json.end_array();
  json.begin_array("sources");
  for (const Source source : finding.sources) json.element(to_string(source));
  json.end_array();
  json.number("flows", finding.flows);
  json.number("clients", finding.clients);
  json.token("first", time_text(finding.first));
  json.token("last", time_text(finding.last));
  write_sides(json, "packets", finding.from_client.packets, finding.from_server.packets);
  write_sides(json, "bytes", finding.from_client.bytes, finding.from_server.bytes);
  if (finding.beacon) {
    json.begin_object("beacon");
    json.token("client", finding.beacon_client.to_string());
    json.seconds("score", finding.beacon->score);
    json.seconds("period", finding.beacon->period);
    json.seconds("jitter", finding.beacon->jitter);
    json.number("visits", finding.beacon->visits);
    json.end_object();
  }
  json.end_object();
}

void write_standing(JsonWriter& json, std::string_view name, const Standing& standing) {
  json.begin_object(name);
  json.text_or_null("label", label_field(standing.label));
  json.text_or_null("protocol", standing.protocol);
  json.text_or_null("process", standing.process);
  json.number("flows", standing.flows);
  json.token("first", time_text(standing.first));
  json.token("last", time_text(standing.last));
  json.end_object();
}

std::string described(const Standing& standing) {
  std::string text = what_speaks(standing.label, standing.protocol);
  if (!standing.process.empty()) text += fmt::format(" by {}", standing.process);
  return text;
}

}  // namespace

std::string name_of(const EndpointKey& key) {
  return fmt::format("{}/{}{}", to_string(key.server), to_string(key.transport),
                     key.role == Role::client_port ? " (client port)" : "");
}

void write_findings_page(TextSink& sink, const std::vector<Finding>& findings,
                         const PageOptions& options) {
  std::size_t number = 0;
  for (const Finding& finding : findings) {
    std::string head = fmt::format(
        "{:>3}. {:5.1f}  {}  {}", ++number, finding.score, name_of(finding.key),
        visible(what_speaks(finding.lead.label, finding.lead.protocol), options.charset));
    if (!finding.process.empty())
      head += fmt::format(", process {}", visible(finding.process, options.charset));
    head += fmt::format("  ({}, {}", counted(finding.flows, "flow", "flows"),
                        counted(finding.clients, "client", "clients"));
    for (const Source source : finding.sources) head += fmt::format(", {}", to_string(source));
    sink.append(head + ")\n");
    if (!finding.reason.empty())
      append_wrapped(sink, visible(finding.reason, options.charset), 12, options.width);
    for (const ScorePart& part : finding.parts)
      append_wrapped(
          sink,
          visible(fmt::format("{:+.1f} {}: {}", part.points, part.name, part.why), options.charset),
          12, options.width);
  }
}

void write_findings_ndjson(TextSink& sink, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    JsonWriter json(sink.buffer());
    write_finding(json, finding);
    sink.append("\n");
  }
}

void write_changes_page(TextSink& sink, const std::vector<Change>& changes,
                        const PageOptions& options) {
  for (const Change& change : changes) {
    std::string line = fmt::format("{}  {}  ", to_string(change.kind), name_of(change.after.key));
    line += change.kind == ChangeKind::changed
                ? fmt::format("{}, was {}", described(change.after), described(change.before))
                : described(change.after);
    sink.append(visible(line, options.charset) + "\n");
  }
}

void write_changes_ndjson(TextSink& sink, const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    JsonWriter json(sink.buffer());
    json.begin_object();
    json.token("schema", "oddport-change/1");
    json.token("change", to_string(change.kind));
    write_key(json, change.after.key);
    json.number("port", change.after.port);
    json.begin_array("what");
    for (const std::string_view what : change.what) json.element(what);
    json.end_array();
    if (change.kind != ChangeKind::appeared) write_standing(json, "before", change.before);
    if (change.kind != ChangeKind::vanished) write_standing(json, "after", change.after);
    json.end_object();
    sink.append("\n");
  }
}

}  // namespace oddport
