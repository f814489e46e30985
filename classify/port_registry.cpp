#include "classify/port_registry.h"

#include <algorithm>

#include "classify/registry/tables.h"

namespace oddport {

namespace {

std::string_view text_of(registry::TextId id) {
  const std::uint32_t begin = registry::text_begins[id];
  return registry::texts.substr(begin, registry::text_begins[id + 1u] - begin);
}

// All rows of the port, of both transports. Not by std::ranges::equal_range, whose subrange clang
// 14 cannot read.
std::span<const registry::AssignmentRow> rows_of(std::uint16_t port) {
  const auto by_port = [](const registry::AssignmentRow& row, std::uint16_t wanted) {
    return row.port < wanted;
  };
  const auto all = registry::assignments;
  const auto first = std::lower_bound(all.begin(), all.end(), port, by_port);
  const auto last = std::find_if_not(
      first, all.end(), [port](const registry::AssignmentRow& row) { return row.port == port; });
  return {first, last};
}

bool has_service(const registry::AssignmentRow& row, Transport transport,
                 std::string_view service) {
  return contains(row.transports, transport) && !service.empty() && text_of(row.service) == service;
}

bool is_held(AssignmentStatus status) {
  return status == AssignmentStatus::assigned || status == AssignmentStatus::ghost;
}

}  // namespace

Assignments assignments(std::uint16_t port, Transport transport) {
  Assignments found;
  for (const registry::AssignmentRow& row : rows_of(port)) {
    if (!contains(row.transports, transport)) continue;
    found.add({.port = port,
               .transport = transport,
               .status = row.status,
               .service = text_of(row.service),
               .description = text_of(row.description),
               .registered = text_of(row.registered),
               .changed = text_of(row.changed),
               .reference = text_of(row.reference),
               .source = text_of(row.source)});
  }
  return found;
}

PortFacts port_facts(std::uint16_t port, Transport transport) {
  for (const registry::AssignmentRow& row : rows_of(port)) {
    if (contains(row.transports, transport)) {
      return {.status = row.status,
              .service = text_of(row.service),
              .changed = text_of(row.changed),
              .reference = text_of(row.reference)};
    }
  }
  return {};
}

bool is_assigned(std::uint16_t port, Transport transport, std::string_view service) {
  return std::ranges::any_of(rows_of(port), [&](const registry::AssignmentRow& row) {
    return is_held(row.status) && has_service(row, transport, service);
  });
}

bool was_assigned(std::uint16_t port, Transport transport, std::string_view service) {
  const bool listed = std::ranges::any_of(rows_of(port), [&](const registry::AssignmentRow& row) {
    return has_service(row, transport, service);
  });
  if (listed || service.empty()) return listed;
  return std::ranges::any_of(registry::history, [&](const HistoryNote& note) {
    return note.first <= port && port <= note.last && contains(note.transports, transport) &&
           note.former == service;
  });
}

std::span<const HistoryNote> port_history() { return registry::history; }
std::span<const Custom> port_customs() { return registry::customs; }
std::span<const MalwareName> malware_names() { return registry::malware; }
std::span<const FactSource> fact_sources() { return registry::sources; }

std::string_view source_title(std::string_view key) {
  const auto found = std::ranges::lower_bound(registry::sources, key, {}, &FactSource::key);
  return found != registry::sources.end() && found->key == key ? found->title : std::string_view{};
}

std::string_view registry_snapshot() { return registry::snapshot; }

}  // namespace oddport
