#include "report/zeek.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "report/flow_number.h"
#include "report/record_fields.h"
#include "report/timestamp.h"

namespace oddport {

namespace {

using Column = std::pair<std::string_view, std::string_view>;  // name and type

constexpr std::array<Column, 30> columns = {{
    {"ts", "time"},
    {"uid", "string"},
    {"id.orig_h", "addr"},
    {"id.orig_p", "port"},
    {"id.resp_h", "addr"},
    {"id.resp_p", "port"},
    {"proto", "enum"},
    {"service", "string"},
    {"duration", "interval"},
    {"orig_bytes", "count"},
    {"resp_bytes", "count"},
    {"orig_pkts", "count"},
    {"resp_pkts", "count"},
    {"community_id", "string"},
    {"oddport.label", "string"},
    {"oddport.protocol", "string"},
    {"oddport.certainty", "string"},
    {"oddport.port", "port"},
    {"oddport.port_status", "string"},
    {"oddport.port_service", "string"},
    {"oddport.reason", "string"},
    {"oddport.role", "string"},
    {"oddport.era", "string"},
    {"oddport.source", "string"},
    {"oddport.file", "string"},
    {"oddport.evidence", "vector[string]"},
    {"oddport.traits", "vector[string]"},
    {"oddport.rules", "vector[string]"},
    {"oddport.flows", "count"},
    {"oddport.clients", "count"},
}};

constexpr std::string_view unset = "-";
constexpr std::string_view empty = "(empty)";

void append_hex(std::string& out, char c) {
  out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
}

// Inside a vector the comma separates as well.
void append_text(std::string& out, std::string_view text, bool in_vector) {
  const bool looks_like_nothing = text == unset || text == empty;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool printable = c >= ' ' && c <= '~';
    if (c == '\\')
      out += "\\\\";
    else if (!printable || (in_vector && c == ',') || (looks_like_nothing && i == 0))
      append_hex(out, c);
    else
      out += c;
  }
}

// "2026-01-31-12-00-00"
std::string moment(Time time) {
  std::string text;
  append_timestamp(text, time);
  text.resize(text.find('.'));
  std::ranges::replace_if(
      text, [](char c) { return c == 'T' || c == ':'; }, '-');
  return text;
}

// Zeek's identifiers of connections: a C, and digits of base 62.
std::string uid_of(std::uint64_t number) {
  constexpr std::string_view digits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string uid = "C";
  for (int i = 0; i < 10; ++i, number /= digits.size()) uid += digits[number % digits.size()];
  return uid;
}

// Seconds with six digits behind the point, of a time or of a span of time.
std::string seconds(Time time) {
  const bool negative = time < 0;
  const auto microseconds = static_cast<std::uint64_t>(negative ? -(time / 1000) : time / 1000);
  return fmt::format("{}{}.{:06}", negative ? "-" : "", microseconds / 1'000'000,
                     microseconds % 1'000'000);
}

// Cells of one row, in the order of the columns.
class Row {
 public:
  explicit Row(std::string& out) : out_(out) {}

  void plain(std::string_view value) { next() += value.empty() ? unset : value; }
  void number(std::uint64_t value) { plain(fmt::to_string(value)); }
  void text(std::string_view value) { next() += zeek_cell(value); }
  void texts(std::span<const std::string> values) {
    std::string& out = next();
    if (values.empty()) out += empty;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ',';
      append_text(out, values[i], true);
    }
  }
  void nothing(int cells) {
    for (int i = 0; i < cells; ++i) plain({});
  }

 private:
  std::string& next() {
    if (!first_) out_ += '\t';
    first_ = false;
    return out_;
  }

  std::string& out_;
  bool first_ = true;
};

void write_times(Row& row, const Observation& seen) {
  const bool known = seen.first != 0;
  row.plain(known ? seconds(seen.first) : std::string());
  row.plain(uid_of(flow_number(seen)));
}

void write_ends(Row& row, const Observation& seen, bool with_client) {
  if (with_client) {
    row.plain(seen.client.ip.to_string());
    row.number(seen.client.port);
  } else {
    row.nothing(2);
  }
  row.plain(seen.server.ip.to_string());
  row.number(seen.server.port);
}

void write_traffic(Row& row, const Observation& seen) {
  const bool lasted = seen.first != 0 && seen.last >= seen.first;
  row.plain(lasted ? seconds(seen.last - seen.first) : std::string());
  row.number(seen.from_client.bytes);
  row.number(seen.from_server.bytes);
  row.number(seen.from_client.packets);
  row.number(seen.from_server.packets);
}

void write_verdict(Row& row, const Observation& seen, const Verdict& verdict) {
  row.plain(label_field(verdict.label));
  row.text(verdict.protocol);
  row.plain(to_string(verdict.certainty));
  row.number(verdict.port);
  row.plain(to_string(verdict.assignment.status));
  row.text(verdict.assignment.service);
  row.text(verdict.reason);
  row.plain(to_string(verdict.role));
  row.plain(era_field(verdict));
  row.plain(to_string(seen.source));
  row.text(seen.origin);
  row.texts(verdict.evidence);
  row.texts(verdict.traits);
  row.texts(verdict.rules);
}

}  // namespace

std::string zeek_cell(std::string_view text) {
  if (text.empty()) return std::string(unset);
  std::string cell;
  append_text(cell, text, false);
  return cell;
}

void ZeekWriter::write_header(Time opened) {
  has_header_ = true;
  std::string& out = sink_.buffer();
  out +=
      "#separator "
      "\\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\toddport\n";
  if (opened != 0) out += fmt::format("#open\t{}\n", moment(opened));
  out += "#fields";
  for (const auto& [name, type] : columns) out += fmt::format("\t{}", name);
  out += "\n#types";
  for (const auto& [name, type] : columns) out += fmt::format("\t{}", type);
  sink_.append("\n");
}

void ZeekWriter::write_row(const Observation& observation, const Verdict& verdict,
                           const EndpointRecord* endpoint) {
  if (!has_header_) write_header(observation.first);
  latest_ = std::max(latest_, observation.last);
  const bool with_client = endpoint == nullptr && has_client(observation);
  Row row(sink_.buffer());
  write_times(row, observation);
  write_ends(row, observation, with_client);
  row.plain(to_string(observation.transport));
  row.text(verdict.protocol);
  write_traffic(row, observation);
  row.plain(with_client ? community_id_.of(observation) : std::string_view());
  write_verdict(row, observation, verdict);
  if (endpoint != nullptr) {
    row.number(endpoint->flows);
    row.number(endpoint->clients);
  } else {
    row.nothing(2);
  }
  sink_.append("\n");
}

void ZeekWriter::write(const Observation& observation, const Verdict& verdict) {
  write_row(observation, verdict, nullptr);
}

void ZeekWriter::write(const EndpointRecord& endpoint) {
  write_row(endpoint.observation, endpoint.verdict, &endpoint);
}

void ZeekWriter::finish() {
  if (!has_header_) write_header(0);
  if (latest_ != 0) sink_.append(fmt::format("#close\t{}\n", moment(latest_)));
  sink_.flush();
}

std::unique_ptr<RecordWriter> make_zeek_writer(TextSink& sink) {
  return std::make_unique<ZeekWriter>(sink);
}

}  // namespace oddport
