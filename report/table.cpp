#include "report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "classify/host_facts.h"
#include "report/label_style.h"
#include "report/quantity.h"
#include "report/record_fields.h"
#include "report/text_layout.h"

namespace oddport {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_width = 48;  // label, port and protocol always fit
constexpr std::size_t wide_from =
    100;  // columns of the window from which the reason may be a column
constexpr std::size_t least_reason = 36;  // narrower, a reason is a tower of single words
constexpr std::size_t most_protocol = 18;
constexpr std::size_t most_process = 24;

// Takes off the blanks that padded the last cell, and ends the line.
void end_line(std::string& out) {
  out.erase(out.find_last_not_of(' ') + 1);
  out += '\n';
}

// "sshd[812]", and how many others hold the same socket.
std::string holder_of(const HostFacts& facts, Charset charset) {
  if (!facts.process) return "?";
  std::string text =
      fmt::format("{}[{}]", visible(facts.process->name, charset), facts.process->pid);
  if (facts.pids.size() > 1) text += fmt::format("+{}", facts.pids.size() - 1);
  return text;
}

std::string or_dash(std::string text) { return text.empty() ? "-" : std::move(text); }

}  // namespace

TableWriter::TableWriter(TextSink& sink, const TableOptions& options)
    : sink_(sink), options_(options) {
  options_.width = std::max(options_.width, least_width);
}

bool TableWriter::comes_before(const Row& a, const Row& b) {
  // Label ascends from silent to unknown: the odder one is greater.
  if (a.label != b.label) return a.label > b.label;
  return std::tie(a.key.port, a.key.transport, a.sequence) <
         std::tie(b.key.port, b.key.transport, b.sequence);
}

TableWriter::Row TableWriter::row_of(const Observation& observation, const Verdict& verdict) const {
  Row row;
  row.label = verdict.label;
  row.key = {verdict.port, observation.transport};
  row.port = fmt::format("{}/{}", verdict.port, to_string(observation.transport));
  row.protocol = or_dash(visible(verdict.protocol, options_.charset));
  // Where the watched port is the client's, the port column does not tell which one the server has.
  row.server = verdict.role == Role::service ? observation.server.ip.to_string()
                                             : to_string(observation.server);
  row.client = has_client(observation) ? observation.client.ip.to_string() : "-";
  if (options_.probed) row.client = std::string(to_string(verdict.certainty));
  if (observation.host != nullptr) row.process = holder_of(*observation.host, options_.charset);
  row.reason = visible(verdict.reason, options_.charset);
  return row;
}

void TableWriter::write(const Observation& observation, const Verdict& verdict) {
  keep(row_of(observation, verdict));
}

void TableWriter::write(const EndpointRecord& endpoint) {
  Row row = row_of(endpoint.observation, endpoint.verdict);
  if (endpoint.clients > 1 || endpoint.more_clients) {
    row.client = fmt::format("{}{}", grouped(endpoint.clients),
                             endpoint.more_clients ? "+ clients" : " clients");
  }
  if (endpoint.flows > 1) row.client += fmt::format(", {} flows", grouped(endpoint.flows));
  keep(std::move(row));
}

void TableWriter::keep(Row row) {
  if (options_.rolling) return roll(row);
  row.sequence = next_sequence_++;
  rows_.push_back(std::move(row));
  std::push_heap(rows_.begin(), rows_.end(), comes_before);
  if (rows_.size() <= options_.limit) return;
  std::pop_heap(rows_.begin(), rows_.end(), comes_before);
  ++dropped_.at(static_cast<std::size_t>(rows_.back().label));
  rows_.pop_back();
}

// Wide enough for IPv4 and most protocols; what is longer is cut, and stands in the reason.
void TableWriter::roll(const Row& row) {
  constexpr std::size_t address = 21;
  Layout columns{.label = 10,
                 .port = 9,
                 .protocol = 12,
                 .server = address,
                 .client = address,
                 .process = 0,
                 .reason = 0};
  const std::size_t before_server = columns.label + columns.port + columns.protocol + 3 * gap;
  const std::size_t all = before_server + 2 * address + gap;
  if (options_.width >= wide_from && all + gap + least_reason <= options_.width)
    columns.reason = options_.width - all - gap;
  if (all > options_.width) columns.client = 0;
  if (before_server + address > options_.width) columns.server = 0;
  if (!std::exchange(has_header_, true)) write_header(columns);
  write_row(row, columns);
}

void TableWriter::finish() {
  std::sort_heap(rows_.begin(), rows_.end(), comes_before);
  if (!rows_.empty()) {
    const Layout columns = layout();
    write_header(columns);
    for (const Row& row : rows_) write_row(row, columns);
  }
  write_remainder();
  rows_.clear();
  dropped_ = {};
  sink_.flush();
}

TableWriter::Layout TableWriter::layout() const {
  Layout columns{
      .label = 10, .port = 4, .protocol = 8, .server = 6, .client = 6, .process = 0, .reason = 0};
  for (const Row& row : rows_) {
    columns.port = std::max(columns.port, row.port.size());
    columns.protocol = std::max(columns.protocol, display_width(row.protocol));
    columns.server = std::max(columns.server, row.server.size());
    columns.client = std::max(columns.client, row.client.size());
    columns.process = std::max(columns.process, display_width(row.process));
  }
  if (columns.process > 0)
    columns.process = std::clamp<std::size_t>(columns.process, 7, most_process);
  columns.protocol = std::min(columns.protocol, most_protocol);
  if (options_.probed) columns.client = std::max(columns.client, std::size_t{9});
  const std::size_t before_process = columns.label + columns.port + columns.protocol + 3 * gap;
  const std::size_t before_server =
      before_process + (columns.process > 0 ? columns.process + gap : 0);
  const std::size_t before_client = before_server + columns.server + gap;
  const std::size_t all = before_client + columns.client;
  if (options_.width >= wide_from && all + gap + least_reason <= options_.width) {
    columns.reason = options_.width - all - gap;
  }
  if (all > options_.width) columns.client = 0;
  if (before_client > options_.width + gap) columns.server = 0;
  return columns;
}

void TableWriter::write_cell(const std::string& text, std::size_t width, const char* style) {
  std::string& out = sink_.buffer();
  const std::string shown = cut_to_width(text, width, options_.charset);
  const bool styled = options_.color && *style != 0;
  if (styled) out += style;
  out += shown;
  if (styled) out += terminal_style::reset;
  out.append(width - display_width(shown) + gap, ' ');
}

std::string TableWriter::ends_of(const Row& row, const Layout& columns) const {
  if (options_.probed)
    return columns.server == 0 ? fmt::format("{} on {}", row.client, row.server) : row.client;
  return columns.server == 0 ? fmt::format("from {} to {}", row.client, row.server)
                             : fmt::format("from {}", row.client);
}

void TableWriter::write_header(const Layout& columns) {
  write_cell("LABEL", columns.label, terminal_style::bold);
  write_cell("PORT", columns.port, terminal_style::bold);
  write_cell("PROTOCOL", columns.protocol, terminal_style::bold);
  if (columns.process > 0) write_cell("PROCESS", columns.process, terminal_style::bold);
  if (columns.server > 0) write_cell("SERVER", columns.server, terminal_style::bold);
  if (columns.client > 0)
    write_cell(options_.probed ? "CERTAINTY" : "CLIENT", columns.client, terminal_style::bold);
  if (columns.reason > 0) write_cell("REASON", columns.reason, terminal_style::bold);
  end_line(sink_.buffer());
}

void TableWriter::write_row(const Row& row, const Layout& columns) {
  write_cell(std::string(to_string(row.label)), columns.label, terminal_style::of(row.label));
  write_cell(row.port, columns.port, terminal_style::plain);
  write_cell(row.protocol, columns.protocol, terminal_style::bold);
  if (columns.process > 0) write_cell(row.process, columns.process, terminal_style::plain);
  if (columns.server > 0) write_cell(row.server, columns.server, terminal_style::plain);
  if (columns.client > 0) write_cell(row.client, columns.client, terminal_style::plain);
  if (columns.reason == 0) {
    end_line(sink_.buffer());
    const std::size_t indent = columns.label + gap;
    if (columns.client == 0) write_below(ends_of(row, columns), indent);
    write_below(row.reason, indent);
  } else {
    const std::size_t indent = options_.width - columns.reason;
    const auto lines = wrap(row.reason, columns.reason);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i > 0) sink_.buffer().append(indent, ' ');
      sink_.buffer() += lines[i];
      end_line(sink_.buffer());
    }
  }
  sink_.commit();
}

void TableWriter::write_below(const std::string& text, std::size_t indent) {
  for (const std::string_view line : wrap(text, options_.width - indent)) {
    sink_.buffer().append(indent, ' ');
    sink_.buffer() += line;
    end_line(sink_.buffer());
  }
}

void TableWriter::write_remainder() {
  std::uint64_t total = 0;
  std::string by_label;
  for (const Label label : labels_odd_first) {
    const std::uint64_t count = dropped_.at(static_cast<std::size_t>(label));
    total += count;
    if (count == 0) continue;
    by_label +=
        fmt::format("{}{} {}", by_label.empty() ? "" : ", ", grouped(count), to_string(label));
  }
  if (total == 0) return;
  sink_.append(fmt::format("{} not shown: {} (--limit shows more).\n",
                           counted(total, "more row is", "more rows are"), by_label));
}

std::unique_ptr<RecordWriter> make_table_writer(TextSink& sink, const TableOptions& options) {
  return std::make_unique<TableWriter>(sink, options);
}

}  // namespace oddport
