#include "report/syslog.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "report/timestamp.h"

namespace oddport {

namespace {

// HOSTNAME = NILVALUE / 1*255PRINTUSASCII
std::string_view host_field(std::string_view host) {
  const bool fits = !host.empty() && host.size() <= 255 &&
                    std::ranges::all_of(host, [](char c) { return c > ' ' && c < '\x7f'; });
  return fits ? host : "-";
}

// Of a PARAM-VALUE these three are escaped (section 6.3.3).
std::string parameter(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == ']') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

unsigned syslog_severity(Label label) {
  switch (label) {
    case Label::unknown:
    case Label::unofficial:
      return 4;
    case Label::legacy:
      return 5;
    case Label::expected:
      return 6;
    case Label::silent:
      return 7;
  }
  return 4;
}

SyslogWriter::SyslogWriter(TextSink& sink, const SyslogOptions& options)
    : sink_(sink),
      facility_(std::min(options.facility, 23u)),
      from_(fmt::format(" {} oddport {} ", host_field(options.host),
                        options.process == 0 ? "-" : std::to_string(options.process))),
      origin_(fmt::format(" [origin software=\"oddport\" swVersion=\"{}\"] ",
                          parameter(options.version))),
      record_(sink) {}

void SyslogWriter::begin(Time time, Label label) {
  std::string& out = sink_.buffer();
  fmt::format_to(std::back_inserter(out), "<{}>1 ", facility_ * 8 + syslog_severity(label));
  if (time == 0)
    out += '-';
  else
    append_timestamp(out, time);
  out += from_;
  out += to_string(label);
  out += origin_;
}

void SyslogWriter::write(const Observation& observation, const Verdict& verdict) {
  begin(observation.first, verdict.label);
  record_.write(observation, verdict);
}

void SyslogWriter::write(const EndpointRecord& endpoint) {
  begin(endpoint.observation.first, endpoint.verdict.label);
  record_.write(endpoint);
}

std::unique_ptr<RecordWriter> make_syslog_writer(TextSink& sink, const SyslogOptions& options) {
  return std::make_unique<SyslogWriter>(sink, options);
}

}  // namespace oddport
