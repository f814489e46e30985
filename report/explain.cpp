#include "report/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "classify/recognizers.h"
#include "report/port_story.h"
#include "report/text_page.h"

namespace oddport {

namespace {

constexpr std::string_view malware_caution =
    "Old public lists tie these names to the number. They are copied from each other and often "
    "wrong: a hint where to "
    "look, never a verdict.";
constexpr std::string_view general_questions =
    "Whatever else listens over TCP: wait for a banner, then a TLS ClientHello, then HTTP GET.";
constexpr std::string_view client_caution =
    "Here it is the client's own port that falls on the number; the service is at the other end:";

// ---- Text ----

std::string cite(std::string_view source) {
  return fmt::format("[{}]", fmt::join(source_keys(source), ", "));
}

std::string ports_of(std::uint16_t first, std::uint16_t last) {
  return first == last ? std::string() : fmt::format("{}-{} ", first, last);
}

void write_assignments(const PortStory& story, TextPage& page) {
  page.heading(fmt::format("Assignment (IANA registry of {})", registry_snapshot()));
  if (story.assignments.empty()) page.entry("none: the registry has no entry for this number", 2);
  for (const auto& [row, transports] : story.assignments) {
    std::string text = fmt::format("{} ({}): {}", row.service.empty() ? "no service" : row.service,
                                   name_of(transports), to_string(row.status));
    if (!row.description.empty()) text += fmt::format("; {}", row.description);
    text += '.';
    if (!row.registered.empty()) text += fmt::format(" Registered {}.", row.registered);
    if (!row.changed.empty()) text += fmt::format(" Changed {}.", row.changed);
    if (!row.reference.empty()) text += fmt::format(" Reference: {}.", row.reference);
    page.entry(fmt::format("{} {}", text, cite(row.source)), 2);
  }
}

void write_history(const PortStory& story, TextPage& page) {
  if (story.history.empty()) return;
  page.heading("History");
  for (const HistoryNote& note : story.history) {
    page.entry(fmt::format("{}{}, {}: {} {}", ports_of(note.first, note.last),
                           name_of(note.transports), note.date, note.event, cite(note.source)),
               2);
  }
}

void write_uses(std::string_view title, const std::vector<Custom>& uses, TextPage& page) {
  if (uses.empty()) return;
  page.prose(title, 2);
  for (const Custom& custom : uses) {
    page.entry(
        fmt::format("{} ({}{}; {}): {} {}", custom.software, ports_of(custom.first, custom.last),
                    name_of(custom.transports), custom.era, custom.does, cite(custom.source)),
        4);
  }
}

void write_customs(const PortStory& story, TextPage& page) {
  page.heading("Who uses it in practice");
  if (story.registered_uses.empty() && story.other_uses.empty() && story.client_uses.empty())
    page.entry("nobody that is known here", 2);
  write_uses("As registered:", story.registered_uses, page);
  write_uses("Without registration:", story.other_uses, page);
  write_uses(client_caution, story.client_uses, page);
}

void write_malware(const PortStory& story, TextPage& page) {
  if (story.malware.empty()) return;
  page.heading("Malware lists");
  page.prose(malware_caution, 2);
  for (const MalwareName& name : story.malware) {
    page.entry(fmt::format("{} ({}{}): {} {}", name.name, ports_of(name.first, name.last),
                           name_of(name.transports), name.kind, cite(name.source)),
               4);
  }
}

void write_homes(const PortStory& story, TextPage& page) {
  page.heading("Recognizers that know it");
  if (story.homes.empty()) {
    page.entry(
        fmt::format("none is at home here; payload is compared with all {} of them just the same",
                    all_recognizers().size()),
        2);
  }
  for (const ToldHome& home : story.homes) {
    page.entry(fmt::format("{} ({}): {}, {}, as {}; {}", home.recognizer->name,
                           name_of(home.transports), home.recognizer->title, to_string(home.era),
                           home.service, home.recognizer->reference),
               2);
  }
}

void write_questions(const PortStory& story, TextPage& page) {
  page.heading("What a probe would ask");
  for (const ToldHome& home : story.homes) {
    const Question& hello = home.recognizer->hello;
    page.entry(fmt::format("{} ({}): {}", home.recognizer->name, name_of(home.transports),
                           hello.about.empty() ? "nothing: it only listens" : hello.about),
               2);
    if (!hello.bytes.empty())
      page.entry(fmt::format("{} bytes: {}", hello.bytes.size(), shown_bytes(hello.bytes)), 4);
  }
  if (contains(story.transports, Transport::tcp)) page.prose(general_questions, 2);
  if (story.transports == Transports::udp && story.homes.empty())
    page.entry("nothing that is meant for this number", 2);
}

void write_sources(const PortStory& story, TextPage& page) {
  if (story.sources.empty()) return;
  page.heading("Sources");
  for (const FactSource& source : story.sources)
    page.entry(fmt::format("{}: {}", source.key, source.title), 2);
}

// ---- JSON ----

using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

Json json_of(Transports transports) {
  Json list = Json::array();
  for (const Transport transport : {Transport::tcp, Transport::udp})
    if (contains(transports, transport)) list.push_back(to_string(transport));
  return list;
}

Json json_of_keys(std::string_view source) { return source_keys(source); }

Json json_of(const ToldAssignment& told) {
  return {{"service", text_or_null(told.row.service)},
          {"transports", json_of(told.transports)},
          {"status", to_string(told.row.status)},
          {"description", text_or_null(told.row.description)},
          {"registered", text_or_null(told.row.registered)},
          {"changed", text_or_null(told.row.changed)},
          {"reference", text_or_null(told.row.reference)},
          {"sources", json_of_keys(told.row.source)}};
}

Json json_of(const HistoryNote& note) {
  return {{"ports", {note.first, note.last}},
          {"transports", json_of(note.transports)},
          {"date", note.date},
          {"former_service", text_or_null(note.former)},
          {"event", note.event},
          {"sources", json_of_keys(note.source)}};
}

Json json_of(const Custom& custom) {
  return {{"software", custom.software},
          {"does", custom.does},
          {"era", custom.era},
          {"ports", {custom.first, custom.last}},
          {"transports", json_of(custom.transports)},
          {"sources", json_of_keys(custom.source)}};
}

Json json_of(const MalwareName& name) {
  return {{"name", name.name},
          {"kind", name.kind},
          {"ports", {name.first, name.last}},
          {"transports", json_of(name.transports)},
          {"sources", json_of_keys(name.source)}};
}

Json json_of(const ToldHome& home) {
  const Recognizer& recognizer = *home.recognizer;
  return {{"protocol", recognizer.name},
          {"title", recognizer.title},
          {"service", home.service},
          {"transports", json_of(home.transports)},
          {"era", to_string(home.era)},
          {"reference", recognizer.reference},
          {"question",
           {{"about", text_or_null(recognizer.hello.about)},
            {"bytes", hexadecimal(recognizer.hello.bytes)}}}};
}

Json json_of(const FactSource& source) { return {{"key", source.key}, {"title", source.title}}; }

template <typename Row>
Json json_list(const std::vector<Row>& rows) {
  Json list = Json::array();
  for (const Row& row : rows) list.push_back(json_of(row));
  return list;
}

}  // namespace

std::string explain_port(std::uint16_t port, std::optional<Transport> transport) {
  const PortStory story = tell_port(port, transport);
  TextPage page;
  page.prose(story.headline);
  write_assignments(story, page);
  write_history(story, page);
  write_customs(story, page);
  write_malware(story, page);
  write_homes(story, page);
  write_questions(story, page);
  write_sources(story, page);
  return page.take();
}

std::string explain_port_json(std::uint16_t port, std::optional<Transport> transport) {
  const PortStory story = tell_port(port, transport);
  const bool tcp = contains(story.transports, Transport::tcp);
  const Json document = {
      {"port", story.port},
      {"transports", json_of(story.transports)},
      {"headline", story.headline},
      {"registry_snapshot", registry_snapshot()},
      {"assignments", json_list(story.assignments)},
      {"history", json_list(story.history)},
      {"uses",
       {{"registered", json_list(story.registered_uses)},
        {"other", json_list(story.other_uses)},
        {"client_ports", json_list(story.client_uses)}}},
      {"malware", {{"caution", malware_caution}, {"names", json_list(story.malware)}}},
      {"recognizers", json_list(story.homes)},
      {"general_question", text_or_null(tcp ? general_questions : std::string_view{})},
      {"sources", json_list(story.sources)}};
  return document.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace oddport
