#include "report/own_members.h"

#include <string>
#include <string_view>
#include <vector>

#include "report/record_fields.h"

namespace oddport {

namespace {

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  json.begin_array(name);
  for (const std::string& text : texts) json.element(text);
  json.end_array();
}

}  // namespace

void write_own_members(JsonWriter& json, const Observation& seen, const Verdict& verdict) {
  json.token("source", to_string(seen.source));
  if (!seen.origin.empty()) json.text("file", seen.origin);
  json.token("role", to_string(verdict.role));
  json.number("port", verdict.port);
  if (const auto label = label_field(verdict.label); !label.empty()) json.token("label", label);
  json.token("certainty", to_string(verdict.certainty));
  if (const auto era = era_field(verdict); !era.empty()) json.token("era", era);
  write_texts(json, "evidence", verdict.evidence);
  write_texts(json, "traits", verdict.traits);
  write_texts(json, "rules", verdict.rules);
  json.begin_object("assignment");
  if (!verdict.assignment.service.empty()) json.text("service", verdict.assignment.service);
  json.token("status", to_string(verdict.assignment.status));
  json.end_object();
  if (seen.pseudo) json.boolean("pseudo", true);
}

void write_endpoint_members(JsonWriter& json, const EndpointRecord& endpoint) {
  json.number("flows", endpoint.flows);
  json.number("clients", endpoint.clients);
  if (endpoint.more_clients) json.boolean("clients_at_least", true);
}

}  // namespace oddport
