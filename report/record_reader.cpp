#include "report/record_reader.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "report/record_fields.h"

namespace oddport {
namespace {

using nlohmann::json;

// Takes members out of one object and remembers the first that is missing or wrong.
class Members {
 public:
  explicit Members(const json& object) : object_(object) {}

  const json* find(const char* name, json::value_t type) {
    const auto found = object_.find(name);
    if (found != object_.end() && found->type() == type) return &*found;
    blame(name);
    return nullptr;
  }

  std::string text(const char* name) {
    const json* found = find(name, json::value_t::string);
    return found == nullptr ? std::string() : found->get<std::string>();
  }

  std::string text_or_null(const char* name) {
    const auto found = object_.find(name);
    return found != object_.end() && found->is_null() ? std::string() : text(name);
  }

  std::uint64_t number(const char* name) {
    const json* found = find(name, json::value_t::number_unsigned);
    return found == nullptr ? 0 : found->get<std::uint64_t>();
  }

  std::vector<std::string> texts(const char* name, bool required) {
    std::vector<std::string> all;
    if (!required && !object_.contains(name)) return all;
    const json* found = find(name, json::value_t::array);
    if (found == nullptr) return all;
    for (const json& item : *found) {
      if (item.is_string())
        all.push_back(item.get<std::string>());
      else
        blame(name);
    }
    return all;
  }

  // The value whose name stands there.
  template <typename Value, std::size_t size>
  Value one_of(const char* name, const std::array<Value, size>& values) {
    const std::string word = text(name);
    for (const Value value : values)
      if (to_string(value) == word) return value;
    blame(name);
    return values.front();
  }

  void blame(const char* name) {
    if (wrong_.empty()) wrong_ = name;
  }
  const std::string& wrong() const { return wrong_; }

 private:
  const json& object_;
  std::string wrong_;
};

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  const std::string_view part = text.substr(at, count);
  const auto parsed = std::from_chars(part.data(), part.data() + part.size(), value);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == part.data() + part.size();
  return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

// The form that append_timestamp() writes, and no other: "2026-01-31T12:00:00.000001Z".
std::optional<Time> parse_time(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view form = "....-..-..T..:..:.........Z";
  if (text.size() != form.size() || text[19] != '.') return std::nullopt;
  for (const std::size_t i : {4u, 7u, 10u, 13u, 16u, 26u})
    if (text[i] != form[i]) return std::nullopt;
  const auto y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2),
             h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2),
             us = digits(text, 20, 6);
  if (!y || !mo || !d || !h || !mi || !s || !us) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)},
                            day{static_cast<unsigned>(*d)}};
  // Beyond these years the nanoseconds do not fit.
  if (!date.ok() || *y < 1678 || *y > 2261 || *h > 23 || *mi > 59 || *s > 60) return std::nullopt;
  const auto moment = sys_days{date} + hours{*h} + minutes{*mi} + seconds{*s} + microseconds{*us};
  return duration_cast<nanoseconds>(moment.time_since_epoch()).count();
}

Time time_member(Members& members, const char* name) {
  const auto time = parse_time(members.text(name));
  if (!time) members.blame(name);
  return time.value_or(0);
}

Endpoint end_member(const json& record, Members& members, const char* name) {
  const auto found = record.find(name);
  if (found != record.end() && found->is_null()) return {};
  const json* object = members.find(name, json::value_t::object);
  if (object == nullptr) return {};
  Members inner(*object);
  const auto ip = IpAddress::parse(inner.text("ip"));
  const std::uint64_t port = inner.number("port");
  if (!ip || port > 65535 || !inner.wrong().empty()) members.blame(name);
  return {.ip = ip.value_or(IpAddress{}), .port = static_cast<std::uint16_t>(port)};
}

void read_sides(Members& members, const char* name, std::uint64_t& client, std::uint64_t& server) {
  const json* object = members.find(name, json::value_t::object);
  if (object == nullptr) return;
  Members inner(*object);
  client = inner.number("client");
  server = inner.number("server");
  if (!inner.wrong().empty()) members.blame(name);
}

constexpr std::array sources = {Source::capture, Source::probe, Source::host};
constexpr std::array transports = {Transport::tcp, Transport::udp};
constexpr std::array roles = {Role::service, Role::client_port};
constexpr std::array named_labels = {Label::unknown, Label::unofficial, Label::legacy,
                                     Label::expected};
constexpr std::array certainties = {Certainty::none, Certainty::hint, Certainty::likely,
                                    Certainty::confirmed};
constexpr std::array eras = {Era::current, Era::niche, Era::obsolete};

}  // namespace

std::string_view RecordReader::kept(std::string_view text) {
  auto found = texts_.find(text);
  if (found == texts_.end()) found = texts_.emplace(text).first;
  return *found;
}

std::optional<Record> RecordReader::read(std::string_view line, std::string& error) {
  const json object = json::parse(line, nullptr, false);
  if (!object.is_object()) {
    error = "is no JSON object";
    return std::nullopt;
  }
  Members members(object);
  if (members.text("schema") != "oddport/1") {
    error = "is no record of schema oddport/1";
    return std::nullopt;
  }
  Record record;
  Observation& seen = record.observation;
  seen.first = time_member(members, "time");
  seen.last = time_member(members, "last");
  seen.source = members.one_of("source", sources);
  seen.origin = kept(members.text_or_null("file"));
  seen.transport = members.one_of("transport", transports);
  seen.server = end_member(object, members, "server");
  seen.client = end_member(object, members, "client");
  read_sides(members, "packets", seen.from_client.packets, seen.from_server.packets);
  read_sides(members, "bytes", seen.from_client.bytes, seen.from_server.bytes);
  seen.pseudo = object.contains("pseudo");
  Verdict& said = record.verdict;
  said.role = members.one_of("role", roles);
  said.label = object.value("label", json("?")).is_null() ? Label::silent
                                                          : members.one_of("label", named_labels);
  said.protocol = kept(members.text_or_null("protocol"));
  said.certainty = members.one_of("certainty", certainties);
  if (!object.value("era", json("?")).is_null()) said.era = members.one_of("era", eras);
  said.port = said.role == Role::service ? seen.server.port : seen.client.port;
  said.assignment = port_facts(said.port, seen.transport);
  said.reason = members.text("reason");
  said.evidence = members.texts("evidence", true);
  said.traits = members.texts("traits", false);
  said.rules = members.texts("rules", false);
  if (!members.wrong().empty()) {
    error = fmt::format("'{}' is missing or is not what it should be", members.wrong());
    return std::nullopt;
  }
  return record;
}

}  // namespace oddport
