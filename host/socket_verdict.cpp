#include "host/socket_verdict.h"

#include <fmt/format.h>

#include "classify/reason.h"

namespace oddport {

namespace {

std::string name_of_user(const std::string& user, std::uint32_t uid) {
  return user.empty() ? fmt::format("user {}", uid) : "user " + user;
}

std::string_view in_words(ExecutableState state) {
  switch (state) {
    case ExecutableState::unknown:
      return "may not be looked at";
    case ExecutableState::in_place:
      return "the file that runs";
    case ExecutableState::replaced:
      return "replaced since it was started";
    case ExecutableState::deleted:
      return "deleted since it was started";
  }
  return "";
}

std::string_view in_words(PackageFile file) {
  switch (file) {
    case PackageFile::unchecked:
      return "the file was not checked";
    case PackageFile::intact:
      return "the file is the package's";
    case PackageFile::modified:
      return "the file is not the package's";
  }
  return "";
}

// "sshd of the package openssh-server", with what is odd about its file.
std::string holder_clause(const HostFacts& facts) {
  if (!facts.process)
    return facts.inode == 0 ? std::string("No process any more")
                            : fmt::format("A process that is not seen (socket of {})",
                                          name_of_user(facts.user, facts.uid));
  const ProcessFacts& process = *facts.process;
  std::string clause = process.name;
  std::vector<std::string> asides;
  if (process.package)
    clause += fmt::format(" of the package {}", process.package->name);
  else if (!process.executable.empty())
    asides.push_back(fmt::format("{}, which is no package's", process.executable));
  const bool moved = process.executable_state == ExecutableState::replaced ||
                     process.executable_state == ExecutableState::deleted;
  if (moved) asides.push_back(fmt::format("its file {}", in_words(process.executable_state)));
  if (process.package && process.package->file == PackageFile::modified)
    asides.emplace_back("its file other than the package's");
  for (const std::string& aside : asides) clause += ", " + aside;
  return asides.empty() ? clause : clause + ",";
}

std::string_view deed(const HostSocket& socket) {
  switch (socket.facts.state) {
    case SocketState::listening:
      return socket.transport == Transport::tcp ? "listens" : "takes datagrams";
    case SocketState::connecting:
      return "is connecting";
    case SocketState::connected:
      return "is connected";
    case SocketState::closing:
      return "is closing a connection";
  }
  return "listens";
}

std::string to_whom(const HostSocket& socket) {
  return socket.remote == Endpoint{} ? std::string() : " with " + to_string(socket.remote);
}

}  // namespace

Verdict judge_unheard(const HostSocket& socket, const PortSet& watched, std::string_view why) {
  const std::uint16_t server = socket.serves ? socket.local.port : socket.remote.port;
  const std::uint16_t client = socket.serves ? socket.remote.port : socket.local.port;
  Verdict verdict;
  verdict.label = Label::unknown;
  const bool at_server = watched.contains(server) || !watched.contains(client);
  verdict.role = at_server ? Role::service : Role::client_port;
  verdict.port = at_server ? server : client;
  verdict.assignment = port_facts(verdict.port, socket.transport);
  verdict.reason = fmt::format(
      "{} {}{} on {}/{}, {}; {}, and who holds a socket does not tell what is spoken there.",
      holder_clause(socket.facts), deed(socket), to_whom(socket), verdict.port,
      to_string(socket.transport), assignment_clause(verdict.assignment), why);
  verdict.evidence = holder_lines(socket.facts);
  return verdict;
}

Verdict judge_unheard(const HostSocket& socket, const PortSet& watched) {
  const bool listens = socket.facts.state == SocketState::listening;
  return judge_unheard(socket, watched, listens ? "it was not asked" : "its bytes were not seen");
}

std::vector<std::string> holder_lines(const HostFacts& facts) {
  std::vector<std::string> lines;
  if (facts.process) {
    const ProcessFacts& process = *facts.process;
    lines.push_back(fmt::format("process: {} (pid {}, {}): {}", process.name, process.pid,
                                name_of_user(process.user, process.uid), process.command_line));
    if (!process.executable.empty())
      lines.push_back(fmt::format("executable: {}, {}", process.executable,
                                  in_words(process.executable_state)));
    if (process.package)
      lines.push_back(fmt::format("package: {}{}{}, {}", process.package->name,
                                  process.package->version.empty() ? "" : " ",
                                  process.package->version, in_words(process.package->file)));
    else if (!process.executable.empty())
      lines.emplace_back("package: none");
    if (!process.unit.empty()) lines.push_back("unit: " + process.unit);
    if (!process.container.empty()) lines.push_back("container: " + process.container);
  }
  if (!facts.own_namespace)
    lines.push_back(fmt::format("network namespace: {}{}{}", facts.namespace_id,
                                facts.namespace_name.empty() ? "" : " ", facts.namespace_name));
  if (!facts.missing.empty()) lines.push_back("missing: " + facts.missing);
  return lines;
}

}  // namespace oddport
