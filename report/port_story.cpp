#include "report/port_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <span>

#include "classify/recognizers.h"

namespace oddport {

namespace {

constexpr std::array each_transport = {Transport::tcp, Transport::udp};

constexpr Transports only(Transport transport) {
  return transport == Transport::tcp ? Transports::tcp : Transports::udp;
}

constexpr bool overlap(Transports a, Transports b) {
  return std::ranges::any_of(each_transport, [=](Transport transport) {
    return contains(a, transport) && contains(b, transport);
  });
}

bool says_the_same(const Assignment& a, const Assignment& b) {
  return a.status == b.status && a.service == b.service && a.description == b.description &&
         a.registered == b.registered && a.changed == b.changed && a.reference == b.reference &&
         a.source == b.source;
}

void tell_assignments(PortStory& story) {
  for (const Transport transport : each_transport) {
    if (!contains(story.transports, transport)) continue;
    for (const Assignment& row : assignments(story.port, transport)) {
      const auto same = std::ranges::find_if(story.assignments, [&](const ToldAssignment& told) {
        return says_the_same(told.row, row);
      });
      if (same == story.assignments.end()) {
        story.assignments.push_back({row, only(transport)});
      } else {
        same->transports = Transports::both;
      }
    }
  }
}

// The rows of a table whose range of ports covers the story's port.
template <typename Row>
std::vector<Row> covering(std::span<const Row> rows, const PortStory& story) {
  std::vector<Row> found;
  std::ranges::copy_if(rows, std::back_inserter(found), [&](const Row& row) {
    return row.first <= story.port && story.port <= row.last &&
           overlap(row.transports, story.transports);
  });
  return found;
}

void tell_uses(PortStory& story) {
  for (const Custom& custom : covering(port_customs(), story)) {
    std::vector<Custom>& uses = custom.client_side  ? story.client_uses
                                : custom.registered ? story.registered_uses
                                                    : story.other_uses;
    uses.push_back(custom);
  }
  const auto width = [](const Custom& custom) { return custom.last - custom.first; };
  for (auto* uses : {&story.registered_uses, &story.other_uses, &story.client_uses})
    std::ranges::stable_sort(*uses, {}, width);
}

void tell_home(PortStory& story, const Recognizer& recognizer, const Home& home) {
  const auto same = std::ranges::find_if(story.homes, [&](const ToldHome& told) {
    return told.recognizer == &recognizer && told.service == home.service;
  });
  if (same != story.homes.end()) {
    same->transports = Transports::both;
    return;
  }
  story.homes.push_back(
      {&recognizer, home.service, only(home.transport), home.era.value_or(recognizer.era)});
}

void tell_homes(PortStory& story) {
  for (const Recognizer* recognizer : all_recognizers()) {
    for (const Home& home : recognizer->homes) {
      if (home.port == story.port && contains(story.transports, home.transport))
        tell_home(story, *recognizer, home);
    }
  }
}

void add_keys(std::set<std::string_view>& keys, std::string_view source) {
  for (const std::string_view key : source_keys(source)) keys.insert(key);
}

void tell_sources(PortStory& story) {
  std::set<std::string_view> keys;
  for (const ToldAssignment& told : story.assignments) add_keys(keys, told.row.source);
  for (const HistoryNote& note : story.history) add_keys(keys, note.source);
  for (const auto* uses : {&story.registered_uses, &story.other_uses, &story.client_uses})
    for (const Custom& custom : *uses) add_keys(keys, custom.source);
  for (const MalwareName& name : story.malware) add_keys(keys, name.source);
  for (const FactSource& source : fact_sources())
    if (keys.contains(source.key)) story.sources.push_back(source);
}

// ---- The headline ----

std::string held_clause(const PortFacts& facts, std::string_view description) {
  if (facts.status == AssignmentStatus::ghost) {
    return fmt::format(
        "assigned to {}, a ghost: no public wire format is known, so nothing on the wire can be "
        "recognized as it",
        facts.service);
  }
  return description.empty() ? fmt::format("assigned to {}", facts.service)
                             : fmt::format("assigned to {} ({})", facts.service, description);
}

std::string removed_clause(const PortFacts& facts) {
  const std::string_view on = facts.changed.starts_with("by ") ? ""
                              : facts.changed.size() > 7       ? "on "
                                                               : "in ";
  if (facts.service.empty())
    return fmt::format("assigned no longer, since it was removed {}{}", on, facts.changed);
  return fmt::format("assigned no longer: {} lost it {}{}", facts.service, on, facts.changed);
}

std::string empty_clause(std::uint16_t port, AssignmentStatus status,
                         std::string_view description) {
  constexpr std::uint16_t first_dynamic = 49152;
  if (status == AssignmentStatus::reserved) {
    return description.empty() ? "reserved: the registry keeps the number and gives it to nobody"
                               : fmt::format("reserved {}", description);
  }
  if (port >= first_dynamic) {
    return "in the dynamic range (49152-65535), which is never assigned: any program may use it "
           "for a while";
  }
  const std::string nobody =
      "unassigned: no service holds the number and no public wire format belongs to it, so it says "
      "nothing about "
      "what is on the wire";
  return description.empty() ? nobody : fmt::format("{} ({})", nobody, description);
}

// Who has the port, as the end of "596/tcp is ...".
std::string holder_clause(std::uint16_t port, Transport transport) {
  const Assignments rows = assignments(port, transport);
  const PortFacts facts = port_facts(port, transport);
  const std::string_view description = rows.empty() ? std::string_view{} : rows.front().description;
  if (facts.status == AssignmentStatus::removed) return removed_clause(facts);
  if (facts.service.empty()) return empty_clause(port, facts.status, description);
  std::string clause = held_clause(facts, description);
  for (const Assignment& row : rows)
    if (row.service != facts.service) clause += fmt::format("; also to {}", row.service);
  return clause;
}

std::string list_of(const std::vector<Custom>& uses) {
  constexpr std::size_t most = 3;
  std::string names;
  for (std::size_t i = 0; i < std::min(uses.size(), most); ++i)
    names += fmt::format("{}{}", i == 0 ? "" : ", ", uses[i].software);
  if (uses.size() > most) names += fmt::format(" and {} more", uses.size() - most);
  return names;
}

// The uses that mean this number, and not a block of hundreds in which it lies.
std::vector<Custom> narrow(std::vector<Custom> uses) {
  std::erase_if(uses, [](const Custom& custom) { return custom.last - custom.first > 31; });
  return uses;
}

std::string compose_headline(const PortStory& story) {
  std::string text;
  const auto say = [&](std::string_view subject, std::string_view verb, const std::string& clause) {
    text += fmt::format("{}{} {} {}.", text.empty() ? "" : " ", subject, verb, clause);
  };
  const std::string tcp = holder_clause(story.port, Transport::tcp);
  const std::string udp = holder_clause(story.port, Transport::udp);
  if (story.transports == Transports::both && tcp == udp) {
    say(fmt::format("{0}/tcp and {0}/udp", story.port), "are", tcp);
  } else {
    if (contains(story.transports, Transport::tcp))
      say(fmt::format("{}/tcp", story.port), "is", tcp);
    if (contains(story.transports, Transport::udp))
      say(fmt::format("{}/udp", story.port), "is", udp);
  }
  if (const auto uses = narrow(story.other_uses); !uses.empty())
    text += fmt::format(" Seen there: {}.", list_of(uses));
  if (const auto uses = narrow(story.client_uses); !uses.empty())
    text += fmt::format(" Seen as a client's own port: {}.", list_of(uses));
  return text;
}

}  // namespace

std::vector<std::string_view> source_keys(std::string_view source) {
  std::vector<std::string_view> keys;
  while (!source.empty()) {
    const std::size_t blank = std::min(source.find(' '), source.size());
    keys.push_back(source.substr(0, blank));
    source.remove_prefix(std::min(blank + 1, source.size()));
  }
  return keys;
}

PortStory tell_port(std::uint16_t port, std::optional<Transport> transport) {
  PortStory story;
  story.port = port;
  story.transports = transport ? only(*transport) : Transports::both;
  tell_assignments(story);
  story.history = covering(port_history(), story);
  tell_uses(story);
  story.malware = covering(malware_names(), story);
  tell_homes(story);
  tell_sources(story);
  story.headline = compose_headline(story);
  return story;
}

}  // namespace oddport
