#include "cli/log_enricher.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

#include "cli/encoded_bytes.h"
#include "report/escape.h"
#include "report/json_writer.h"

namespace oddport {

namespace {

using nlohmann::json;

// Of a table, in this order.
constexpr std::array<std::string_view, 7> added_names = {
    "oddport.label",       "oddport.protocol",     "oddport.certainty", "oddport.port",
    "oddport.port_status", "oddport.port_service", "oddport.reason"};
constexpr std::array<std::string_view, 7> added_types = {"string", "string", "string", "port",
                                                         "string", "string", "string"};

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Transport> transport_of(std::string_view word) {
  if (word == "tcp" || word == "TCP") return Transport::tcp;
  if (word == "udp" || word == "UDP") return Transport::udp;
  return std::nullopt;
}

void split(std::string_view line, char separator, std::vector<std::string_view>& cells) {
  cells.clear();
  for (;;) {
    const std::size_t end = line.find(separator);
    cells.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

// Of several services ("ssl,http") the first that is known, else the first.
std::string chosen_service(std::string_view services) {
  std::vector<std::string_view> names;
  split(services, ',', names);
  for (const std::string_view name : names)
    if (!protocol_of_service(name).empty()) return std::string(name);
  return std::string(names.front());
}

// The text of a member; empty where it is no text.
std::string_view text_member(const json& object, const char* key) {
  const auto member = object.find(key);
  if (member == object.end() || !member->is_string()) return {};
  return member->get_ref<const std::string&>();
}

std::optional<std::uint64_t> number_member(const json& object, const char* key) {
  const auto member = object.find(key);
  if (member == object.end() || !member->is_number_unsigned()) return std::nullopt;
  return member->get<std::uint64_t>();
}

bool set_end(Endpoint& end, const json& object, const char* ip, const char* port) {
  const auto address = IpAddress::parse(text_member(object, ip));
  const auto number = number_member(object, port);
  if (!address || !number || *number > 65535) return false;
  end = {*address, static_cast<std::uint16_t>(*number)};
  return true;
}

void set_bytes(LoggedFlow& flow, std::optional<std::uint64_t> client,
               std::optional<std::uint64_t> server) {
  flow.client_bytes = client.value_or(0);
  flow.server_bytes = server.value_or(0);
  flow.knows_bytes = client.has_value() || server.has_value();
}

// The history has a letter for each thing that happened: D and d are packets with payload, of either side.
bool has_payload(std::string_view history) {
  return history.find_first_of("Dd") != std::string_view::npos;
}

bool read_zeek(const json& record, LoggedFlow& flow) {
  flow.logger = "Zeek";
  if (!set_end(flow.client, record, "id.orig_h", "id.orig_p") ||
      !set_end(flow.server, record, "id.resp_h", "id.resp_p"))
    return false;
  const std::string_view service = text_member(record, "service");
  if (!service.empty()) flow.service = chosen_service(service);
  set_bytes(flow, number_member(record, "orig_bytes"), number_member(record, "resp_bytes"));
  flow.spoke = has_payload(text_member(record, "history"));
  return true;
}

// Suricata counts the bytes of frames: all that it tells is whether the application was looked at.
bool read_suricata(const json& record, LoggedFlow& flow) {
  flow.logger = "Suricata";
  if (!set_end(flow.client, record, "src_ip", "src_port") ||
      !set_end(flow.server, record, "dest_ip", "dest_port"))
    return false;
  const std::string_view service = text_member(record, "app_proto");
  if (service != "failed" && service != "unknown") flow.service = service;
  // Payload was there, and none of Suricata's parsers took it.
  flow.spoke = service == "failed";
  return true;
}

void append_enrichment(JsonWriter& out, std::string_view prefix, const Enrichment& added) {
  const auto key = [&](std::string_view name) { return fmt::format("{}{}", prefix, name); };
  out.text_or_null(key("label"), added.label);
  out.text_or_null(key("protocol"), added.protocol);
  out.token(key("certainty"), added.certainty);
  out.number(key("port"), added.port);
  out.token(key("port_status"), added.port_status);
  out.text_or_null(key("port_service"), added.port_service);
  out.text(key("reason"), added.reason);
}

// A cell of a table of tabs: nothing in it may separate, or look like a cell without a value.
std::string cell_of(std::string_view text, std::string_view unset, char separator) {
  if (text.empty()) return std::string(unset);
  std::string cell;
  for (const char c : visible(text, Charset::ascii)) {
    if (c == separator)
      cell += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      cell += c;
  }
  return cell;
}

}  // namespace

LogEnricher::LogEnricher(const Classifier& classifier, const PortSet& watched)
    : classifier_(classifier), watched_(watched) {}

bool LogEnricher::Columns::complete() const {
  return client_ip != none && client_port != none && server_ip != none && server_port != none &&
         transport != none;
}

bool LogEnricher::watches(const LoggedFlow& flow) const {
  return watched_.contains(flow.server.port) || watched_.contains(flow.client.port);
}

std::string LogEnricher::add(std::string_view line, std::string& out) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::string fault;
  if (line.starts_with('#')) {
    fault = add_header(line, out);
  } else if (line.find_first_not_of(" \t") == std::string_view::npos) {
    out += line;
  } else if (line.starts_with('{')) {
    fault = add_json(line, out);
  } else if (in_table_) {
    fault = add_row(line, out);
  } else {
    out += line;
    fault = "is neither JSON nor a row below a header of Zeek's";
  }
  out += '\n';
  return fault;
}

std::string LogEnricher::add_header(std::string_view line, std::string& out) {
  out += line;
  constexpr std::string_view separator = "#separator ";
  if (line.starts_with(separator)) {
    std::string byte;
    const std::string_view told = line.substr(separator.size());
    if (!told.starts_with("\\x") || !append_from_hex(told.substr(2), byte) || byte.size() != 1)
      return "has a separator that cannot be read";
    separator_ = byte[0];
    return {};
  }
  const std::size_t end = line.find(separator_);
  const std::string_view word = line.substr(0, end);
  const std::string_view rest =
      end == std::string_view::npos ? std::string_view{} : line.substr(end + 1);
  if (word == "#unset_field") unset_ = rest;
  if (word == "#fields" && !name_columns(rest)) return "was enriched before";
  const bool names = word == "#fields" && columns_.complete();
  const bool types = word == "#types" && columns_.complete();
  if (!names && !types) return word == "#fields" ? "has no columns of a connection" : std::string();
  for (const std::string_view added : names ? added_names : added_types) {
    out += separator_;
    out += added;
  }
  return {};
}

// False where what would be added is there already: its rows are then left as they are.
bool LogEnricher::name_columns(std::string_view names) {
  split(names, separator_, cells_);
  columns_ = {};
  columns_.count = cells_.size();
  in_table_ = true;
  if (std::ranges::find(cells_, added_names.front()) != cells_.end()) return false;
  const std::array<std::pair<std::string_view, std::size_t*>, 9> wanted = {
      {{"id.orig_h", &columns_.client_ip},
       {"id.orig_p", &columns_.client_port},
       {"id.resp_h", &columns_.server_ip},
       {"id.resp_p", &columns_.server_port},
       {"proto", &columns_.transport},
       {"service", &columns_.service},
       {"history", &columns_.history},
       {"orig_bytes", &columns_.client_bytes},
       {"resp_bytes", &columns_.server_bytes}}};
  for (std::size_t i = 0; i < cells_.size(); ++i)
    for (const auto& [name, column] : wanted)
      if (cells_[i] == name) *column = i;
  return true;
}

std::string LogEnricher::add_row(std::string_view line, std::string& out) {
  if (!columns_.complete()) {
    out += line;
    return {};  // told once, of the header
  }
  split(line, separator_, cells_);
  const auto cell = [this](std::size_t column) {
    const bool there = column < cells_.size() && cells_[column] != unset_;
    return there ? cells_[column] : std::string_view{};
  };
  LoggedFlow flow;
  flow.logger = "Zeek";
  const auto client_ip = IpAddress::parse(cell(columns_.client_ip));
  const auto server_ip = IpAddress::parse(cell(columns_.server_ip));
  const auto client_port = number_of<std::uint16_t>(cell(columns_.client_port));
  const auto server_port = number_of<std::uint16_t>(cell(columns_.server_port));
  if (cells_.size() != columns_.count || !client_ip || !server_ip || !client_port || !server_port) {
    out += line;
    return "is no row of the columns in the header";
  }
  flow.client = {*client_ip, *client_port};
  flow.server = {*server_ip, *server_port};
  const auto transport = transport_of(cell(columns_.transport));
  std::optional<Enrichment> added;
  if (transport && watches(flow)) {
    flow.transport = *transport;
    if (const auto service = cell(columns_.service); !service.empty())
      flow.service = chosen_service(service);
    set_bytes(flow, number_of<std::uint64_t>(cell(columns_.client_bytes)),
              number_of<std::uint64_t>(cell(columns_.server_bytes)));
    flow.spoke = has_payload(cell(columns_.history));
    added = enrich(flow, classifier_);
  }
  out += line;
  const auto append = [&](std::string_view text) {
    out += separator_;
    out += cell_of(text, unset_, separator_);
  };
  const Enrichment told = added.value_or(Enrichment{});
  append(told.label);
  append(told.protocol);
  append(told.certainty);
  append(added ? fmt::format("{}", told.port) : std::string());
  append(told.port_status);
  append(told.port_service);
  append(told.reason);
  return {};
}

std::string LogEnricher::add_json(std::string_view line, std::string& out) {
  const std::size_t before = out.size();
  out += line;
  const json record = json::parse(line, nullptr, false);
  if (!record.is_object()) return "is not JSON";
  const bool of_suricata = record.contains("event_type");
  if (!of_suricata && !record.contains("id.resp_p"))
    return "is no record of Zeek's or Suricata's connections";
  // Of Suricata's other events there is a flow record in their time.
  const std::string_view event = text_member(record, "event_type");
  if (of_suricata && event != "flow" && event != "anomaly" && event != "netflow") return {};
  const auto transport = transport_of(text_member(record, "proto"));
  if (!transport) return {};
  LoggedFlow flow;
  flow.transport = *transport;
  const bool fine = of_suricata ? read_suricata(record, flow) : read_zeek(record, flow);
  // An anomaly of a packet that could not be decoded has no ends.
  if (!fine) return event == "anomaly" ? std::string() : "has no addresses and ports";
  if (!watches(flow)) return {};
  if (record.contains(of_suricata ? "oddport" : "oddport.reason")) return "was enriched before";
  out.resize(before + line.find_last_of('}'));
  JsonWriter writer(out);
  if (of_suricata) writer.begin_object("oddport");
  append_enrichment(writer, of_suricata ? "" : "oddport.", enrich(flow, classifier_));
  if (of_suricata) writer.end_object();
  writer.end_object();
  return {};
}

}  // namespace oddport
