#include "cli/scan_journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <istream>
#include <utility>

#include <nlohmann/json.hpp>

#include "classify/port_registry.h"
#include "report/escape.h"
#include "report/json_writer.h"
#include "report/ndjson.h"
#include "report/text_page.h"

namespace oddport {

namespace {

using nlohmann::json;

void write_target(JsonWriter& line, const Target& target) {
  line.token("ip", target.host.to_string());
  line.token("transport", to_string(target.transport));
  line.number("port", target.port);
}

std::string head_line(const JournalHead& head) {
  std::string text;
  JsonWriter line(text);
  line.begin_object();
  line.number("oddport-resume", JournalHead::version);
  line.number("seed", head.seed);
  line.number("started", static_cast<std::uint64_t>(std::max<Time>(head.started, 0)));
  line.begin_array("arguments");
  for (const std::string& argument : head.arguments) line.element(argument);
  line.end_array();
  line.begin_array("hosts");
  for (const AddressRange& range : head.hosts) line.element(to_string(range));
  line.end_array();
  line.end_object();
  return text + "\n";
}

// --- reading

// Every member is asked for by its type; whatever else stands there makes the line wrong.
std::optional<std::uint64_t> number_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

std::optional<std::string> text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<std::vector<std::string>> texts_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const json& each : *found) {
    if (!each.is_string()) return std::nullopt;
    texts.push_back(each.get<std::string>());
  }
  return texts;
}

std::optional<std::string> bytes_of(const json& object, const char* name) {
  const auto digits = text_of(object, name);
  if (!digits || digits->size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < digits->size(); i += 2) {
    unsigned value = 0;
    const char* begin = &(*digits)[i];
    const auto parsed = std::from_chars(begin, begin + 2, value, 16);
    if (parsed.ec != std::errc{} || parsed.ptr != begin + 2) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  return bytes;
}

std::optional<Target> target_of(const json& object) {
  const auto ip = IpAddress::parse(text_of(object, "ip").value_or(""));
  const auto transport = text_of(object, "transport");
  const auto port = number_of(object, "port");
  if (!ip || !transport || !port || *port > 65535) return std::nullopt;
  if (*transport != "tcp" && *transport != "udp") return std::nullopt;
  return Target{.host = *ip,
                .transport = *transport == "tcp" ? Transport::tcp : Transport::udp,
                .port = static_cast<std::uint16_t>(*port)};
}

bool read_head(const json& line, JournalHead& head, std::string& error) {
  const auto version = number_of(line, "oddport-resume");
  if (!version) {
    error = "this is no resume file of oddport scan";
    return false;
  }
  if (*version != JournalHead::version) {
    error = fmt::format(
        "the file is of version {}, and this program knows version {}; go on with the oddport that "
        "wrote it",
        *version, JournalHead::version);
    return false;
  }
  const auto arguments = texts_of(line, "arguments");
  const auto hosts = texts_of(line, "hosts");
  const auto seed = number_of(line, "seed");
  const auto started = number_of(line, "started");
  error = "arguments, hosts, seed or started are missing or wrong";
  if (!arguments || !hosts || !seed || !started) return false;
  head = {
      .arguments = *arguments, .hosts = {}, .seed = *seed, .started = static_cast<Time>(*started)};
  return std::ranges::all_of(*hosts, [&](const std::string& range) {
    return parse_address_ranges(range, head.hosts, error);
  });
}

bool read_counts(const json& line, const char* name, PortCounts& counts) {
  const auto found = line.find(name);
  if (found == line.end() || !found->is_object()) return false;
  const auto closed = number_of(*found, "closed");
  const auto filtered = number_of(*found, "filtered");
  const auto unreachable = number_of(*found, "unreachable");
  if (!closed || !filtered || !unreachable) return false;
  counts.closed = *closed;
  counts.filtered = *filtered;
  counts.unreachable = *unreachable;
  return true;
}

void write_counts(JsonWriter& line, std::string_view name, const PortCounts& counts) {
  line.begin_object(name);
  line.number("closed", counts.closed);
  line.number("filtered", counts.filtered);
  line.number("unreachable", counts.unreachable);
  line.end_object();
}

bool read_position(const json& line, JournalPosition& position) {
  const auto at = number_of(line, "position");
  const auto sent = number_of(line, "sent");
  const auto received = number_of(line, "received");
  const auto seconds = line.find("seconds");
  if (!at || !sent || !received || seconds == line.end() || !seconds->is_number()) return false;
  JournalPosition read;
  read.position = *at;
  read.sent = *sent;
  read.received = *received;
  read.seconds = seconds->get<double>();
  if (!read_counts(line, "tcp", read.tcp) || !read_counts(line, "udp", read.udp)) return false;
  position = read;
  return std::isfinite(position.seconds) && position.seconds >= 0;
}

void cross_off(std::vector<OpenPort>& ports, const Target& target) {
  std::erase_if(ports, [&](const OpenPort& port) { return port.target == target; });
}

// A line behind the first; one of the kinds below.
bool read_line(const json& line, std::string_view text, InterruptedScan& scan, std::string& error) {
  error = "the line is none that a resume file has";
  if (line.contains("position")) return read_position(line, scan.position);
  if (line.contains("schema")) {
    const auto record = scan.reader.read(text, error);
    if (!record) return false;
    const Observation& seen = record->observation;
    const Target target{
        .host = seen.server.ip, .transport = seen.transport, .port = seen.server.port};
    scan.records.push_back(*record);
    scan.named.push_back(target);
    cross_off(scan.unnamed, target);
    return true;
  }
  const auto target = target_of(line);
  const auto what = text_of(line, "state");
  if (!target || !what) return false;
  if (*what == "nothing") {
    scan.named.push_back(*target);
    cross_off(scan.unnamed, *target);
    return true;
  }
  if (*what == "silent" || *what == "unanswered") {
    (*what == "silent" ? scan.silent : scan.unanswered).push_back(*target);
    return true;
  }
  const auto answered = number_of(line, "answered");
  const auto question = bytes_of(line, "question");
  const auto reply = bytes_of(line, "reply");
  if (*what != "open" || !answered || !question || !reply) return false;
  scan.unnamed.push_back({.target = *target,
                          .answered = static_cast<Time>(*answered),
                          .question = *question,
                          .reply = *reply});
  return true;
}

std::string reason() { return std::strerror(errno); }

// Under sudo the file is to be the user's, who has to remove it in the end.
void give_to_user_of_folder(int file, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  struct stat status {};
  if (geteuid() == 0 && stat(folder.c_str(), &status) == 0 && status.st_uid != 0 &&
      fchown(file, status.st_uid, status.st_gid) != 0)
    return;
}

}  // namespace

bool InterruptedScan::read(const std::string& path, std::string& error) {
  std::ifstream in(path, std::ios::binary);
  return read(in, path, error);
}

bool InterruptedScan::read(std::istream& in, const std::string& name, std::string& error) {
  std::string line;
  std::size_t number = 0;
  while (std::getline(in, line) && !in.eof()) {
    ++number;
    const json object = json::parse(line, nullptr, false);
    std::string what = "the line is no JSON object";
    const bool sound = object.is_object() && (number == 1 ? read_head(object, head, what)
                                                          : read_line(object, line, *this, what));
    if (!sound) {
      error = visible(fmt::format("{}:{}: {}", name, number, what));
      return false;
    }
    sound_bytes += line.size() + 1;
  }
  if (number > 0) return true;
  error =
      visible(fmt::format("{}: this is no resume file of oddport scan, or cannot be read", name));
  return false;
}

ScanJournal::ScanJournal(std::string path, FileDescriptor file)
    : path_(std::move(path)), file_(std::move(file)) {}

std::optional<ScanJournal> ScanJournal::create(const std::string& path, const JournalHead& head,
                                               std::string& error) {
  FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
  if (!file) {
    error = visible(fmt::format("{}: cannot be written: {}", path, reason()));
    return std::nullopt;
  }
  give_to_user_of_folder(file.get(), path);
  ScanJournal journal(path, std::move(file));
  journal.pending_ = head_line(head);
  if (!journal.write(error)) return std::nullopt;
  return journal;
}

std::optional<ScanJournal> ScanJournal::append(const std::string& path, const InterruptedScan& scan,
                                               std::string& error) {
  FileDescriptor file(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!file || ftruncate(file.get(), static_cast<off_t>(scan.sound_bytes)) != 0) {
    error = visible(fmt::format("{}: cannot be written: {}", path, reason()));
    return std::nullopt;
  }
  return ScanJournal(path, std::move(file));
}

void ScanJournal::found_open(const OpenPort& port) {
  JsonWriter line(pending_);
  line.begin_object();
  line.token("state", "open");
  write_target(line, port.target);
  line.number("answered", static_cast<std::uint64_t>(std::max<Time>(port.answered, 0)));
  line.token("question", hexadecimal(port.question));
  line.token("reply", hexadecimal(port.reply));
  line.end_object();
  pending_ += '\n';
}

void ScanJournal::named(const Observation& observation, const Verdict& verdict) {
  MemorySink sink;
  NdjsonWriter(sink).write(observation, verdict);
  pending_ += sink.text();
}

void ScanJournal::tell_state(std::string_view state, const Target& target) {
  JsonWriter line(pending_);
  line.begin_object();
  line.token("state", state);
  write_target(line, target);
  line.end_object();
  pending_ += '\n';
}

void ScanJournal::nothing_there(const Target& target) { tell_state("nothing", target); }

void ScanJournal::stayed_silent(const Target& target) { tell_state("silent", target); }

void ScanJournal::unanswered(const Target& target) { tell_state("unanswered", target); }

void ScanJournal::checkpoint(const JournalPosition& position) {
  JsonWriter line(pending_);
  line.begin_object();
  line.number("position", position.position);
  line.number("sent", position.sent);
  line.number("received", position.received);
  line.seconds("seconds", position.seconds);
  write_counts(line, "tcp", position.tcp);
  write_counts(line, "udp", position.udp);
  line.end_object();
  pending_ += '\n';
}

bool ScanJournal::write(std::string& error) {
  std::string_view left = pending_;
  while (errno_ == 0 && !left.empty()) {
    const ssize_t written = ::write(file_.get(), left.data(), left.size());
    if (written > 0) left.remove_prefix(static_cast<std::size_t>(written));
    if (written < 0 && errno != EINTR) errno_ = errno;
  }
  pending_.clear();
  if (errno_ != 0)
    error =
        visible(fmt::format("{}: cannot be written: {}; the scan goes on, but could not be resumed",
                            path_, std::strerror(errno_)));
  return errno_ == 0;
}

bool ScanJournal::remove(std::string& error) {
  if (unlink(path_.c_str()) == 0) return true;
  error = visible(fmt::format(
      "{}: cannot be removed: {}; the scan is complete, and the file of no use", path_, reason()));
  return false;
}

std::vector<std::string> without_resume(const std::vector<std::string>& arguments) {
  constexpr std::string_view option = "--resume";
  std::vector<std::string> rest;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--") {
      rest.insert(rest.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
      break;
    }
    if (arguments[i] == option)
      ++i;
    else if (!arguments[i].starts_with("--resume="))
      rest.push_back(arguments[i]);
  }
  return rest;
}

}  // namespace oddport
