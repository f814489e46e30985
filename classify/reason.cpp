#include "classify/reason.h"

#include <fmt/format.h>

#include <algorithm>

#include "classify/text.h"
#include "classify/wording.h"

namespace oddport {

namespace {

constexpr std::size_t quoted_text = 72;
constexpr std::size_t quoted_bytes = 24;

std::string port_name(const Verdict& verdict, const Observation& observation) {
  return concat({decimal(verdict.port), "/", to_string(observation.transport)});
}

// Words for a service's name that differs from the protocol's: "its assigned port (as submission)".
std::string as_service(std::string_view service, std::string_view protocol) {
  return service.empty() || service == protocol ? std::string() : fmt::format(" (as {})", service);
}

std::string at_home_clause(const Verdict& verdict, const Home& home) {
  const bool lost = verdict.assignment.status == AssignmentStatus::removed ||
                    verdict.assignment.status == AssignmentStatus::reserved;
  if (lost)
    return fmt::format(", which {} has lost{}", home.service,
                       verdict.assignment.changed.empty()
                           ? std::string()
                           : fmt::format(" ({})", verdict.assignment.changed));
  const std::string as = as_service(home.service, verdict.protocol);
  if (verdict.label == Label::legacy)
    return fmt::format(", its assigned port{}, but the protocol is obsolete", as);
  return fmt::format(", its assigned port{}", as);
}

std::string service_reason(const Observation& observation, const Recognition& recognition,
                           const Verdict& verdict, const std::string& subject) {
  const Home* home = find_home(*recognition.recognizer, verdict.port, observation.transport,
                               observation.envelope.has_value());
  if (home != nullptr && verdict.label != Label::unofficial)
    return concat(
        {subject, " on ", port_name(verdict, observation), at_home_clause(verdict, *home), "."});
  return concat({subject, " on ", port_name(verdict, observation), ", ",
                 assignment_clause(verdict.assignment), "."});
}

std::string client_reason(const Observation& observation, const Recognition& recognition,
                          const Verdict& verdict, const std::string& subject) {
  std::string_view custom = ", which its clients do not customarily choose among the reserved ones";
  if (recognition.signature != nullptr)
    custom = {};
  else if (verdict.label == Label::expected)
    custom = ", and its clients customarily bind a reserved one";
  return fmt::format("{} to {}: {} is only the client's own port{}.", subject,
                     to_string(observation.server), port_name(verdict, observation), custom);
}

std::string asked_clause(const Inquiry& inquiry) {
  if (inquiry.questions == 0) return "nothing could be asked";
  return inquiry.questions == 1 ? std::string("one question was asked")
                                : fmt::format("{} questions were asked", inquiry.questions);
}

// An open TCP port from which a prober heard no byte.
std::string mute_reason(const Observation& observation, const Verdict& verdict) {
  const Inquiry& inquiry = observation.inquiry;
  std::string_view what = "is open and says nothing";
  if (inquiry.hung_up) what = "accepts connections and closes them without a byte";
  return fmt::format("{} {} ({}{}); the port, {}, names nothing by itself.",
                     port_name(verdict, observation), what, asked_clause(inquiry),
                     inquiry.wants_reserved_port
                         ? ", from a reserved port, for it hangs up on others, as rlogin and rsh do"
                         : "",
                     assignment_clause(verdict.assignment));
}

std::string unknown_reason(const Observation& observation, const Recognition& recognition,
                           const Verdict& verdict, const std::string& gist) {
  if (observation.source == Source::probe && observation.exchange.server.empty())
    return mute_reason(observation, verdict);
  const auto amount = [](std::uint64_t bytes) {
    return bytes == 0 ? std::string("nothing") : concat({decimal(bytes), " bytes"});
  };
  std::string what = concat({"Nothing recognized on ", port_name(verdict, observation), " (",
                             amount(observation.from_client.bytes), " from the client, ",
                             amount(observation.from_server.bytes), " from the server)"});
  if (observation.exchange.empty()) what += ", whose payload the capture does not hold";
  if (!gist.empty()) what += concat({": ", gist});
  if (recognition.match.certainty == Certainty::hint)
    what += concat({"; ", recognition.recognizer->title, " is hinted at, too weakly to name it"});
  return concat(
      {what, "; the port, ", assignment_clause(verdict.assignment), ", names nothing by itself."});
}

// A first line of text as it reads, anything else as hex; both bounded.
std::string quote(Bytes bytes) {
  const Bytes line = up_to_line_end(bytes.substr(0, quoted_text + 1));
  const Bytes shown = line.substr(0, quoted_text);
  if (shown.size() < 4 || !is_printable(shown))
    return bytes.size() > quoted_bytes ? hex_text(bytes.substr(0, quoted_bytes)) + " ..."
                                       : hex_text(bytes);
  if (line.size() <= quoted_text && line.find('\\') == Bytes::npos) return std::string(line);
  return fmt::format("{}", Printable{line, quoted_text});
}

std::string_view title_of(const Recognition& recognition) {
  const bool own_name = recognition.match.protocol.empty() ||
                        recognition.match.protocol == recognition.recognizer->name;
  return own_name ? recognition.recognizer->title : recognition.match.protocol;
}

std::string clause_of(const Recognition& recognition) {
  if (recognition.signature == nullptr) return std::string(recognition.match.says.text());
  return fmt::format("its bytes fit the signature {}", cite_rule(*recognition.signature));
}

// Continues the sentence: "...; the policy NAME (site.toml:12) calls it expected: its note."
void add_clause(std::string& reason, std::string_view clause, std::string_view note) {
  if (reason.ends_with('.')) reason.pop_back();
  reason += fmt::format("; {}{}{}", clause, note.empty() ? "" : ": ", note);
  if (!reason.ends_with('.')) reason += '.';
}

// Whose word alone names the protocol.
void add_opinion(const Recognition& recognition, std::vector<std::string>& evidence) {
  if (recognition.opinion_of.empty()) return;
  evidence.push_back(fmt::format("{}: takes it for {}; no recognizer of oddport's bears it out",
                                 recognition.opinion_of, recognition.recognizer->title));
}

// What a user's signature adds to the evidence: itself, and what it won or lost against.
void add_rules(const Recognition& recognition, std::vector<std::string>& evidence) {
  if (const Signature* signature = recognition.signature; signature != nullptr) {
    std::string line = fmt::format("rule: signature {}", cite_rule(*signature));
    if (signature->label) line += fmt::format(", which calls it {}", to_string(*signature->label));
    if (!signature->note.empty()) line += fmt::format(": {}", signature->note);
    evidence.push_back(std::move(line));
  }
  if (recognition.gave_way != nullptr)
    evidence.push_back(
        fmt::format("hint: {} was {} and gave way to {}", recognition.gave_way->title,
                    recognition.gave_way_certainty == Certainty::hint
                        ? "hinted at"
                        : to_string(recognition.gave_way_certainty),
                    recognition.opinion_of.empty() ? "the rule" : recognition.opinion_of));
  if (recognition.overruled != nullptr)
    evidence.push_back(fmt::format("rule: signature {} fits as well, and gave way",
                                   cite_rule(*recognition.overruled)));
}

}  // namespace

std::string assignment_clause(const PortFacts& facts) {
  switch (facts.status) {
    case AssignmentStatus::assigned:
      return concat({"which is assigned to ", facts.service});
    case AssignmentStatus::ghost:
      return concat(
          {"which is assigned to ", facts.service, ", a protocol with no public wire format"});
    case AssignmentStatus::reserved:
      return "which the registry keeps reserved";
    case AssignmentStatus::removed:
      if (facts.service.empty())
        return fmt::format("whose assignment was removed ({})", facts.changed);
      return fmt::format("which {} lost ({})", facts.service, facts.changed);
    case AssignmentStatus::unassigned:
      return "which is not assigned";
  }
  return "which is not assigned";
}

std::string cite_rule(const Signature& signature) {
  return fmt::format("{} ({})", signature.name, to_string(signature.origin));
}

std::string cite_rule(const Policy& policy) {
  return fmt::format("{} ({})", policy.name, to_string(policy.origin));
}

std::string explain_verdict(const Observation& observation, const Recognition& recognition,
                            const Verdict& verdict, const std::string& gist) {
  if (verdict.label == Label::silent && observation.source == Source::probe)
    return fmt::format("No answer on {} ({}): open, or filtered.", port_name(verdict, observation),
                       asked_clause(observation.inquiry));
  if (verdict.label == Label::silent)
    return fmt::format("No application byte went either way on {}.",
                       port_name(verdict, observation));
  if (verdict.label == Label::unknown)
    return unknown_reason(observation, recognition, verdict, gist);
  const std::string envelope =
      observation.envelope ? " inside " + observation.envelope->version : std::string();
  const std::string subject =
      concat({verdict.certainty == Certainty::likely ? "Probably " : "", title_of(recognition),
              " (", clause_of(recognition), ")", envelope});
  std::string reason = verdict.role == Role::service
                           ? service_reason(observation, recognition, verdict, subject)
                           : client_reason(observation, recognition, verdict, subject);
  if (const Signature* signature = recognition.signature; signature != nullptr && signature->label)
    add_clause(reason, fmt::format("the signature calls it {}", to_string(*signature->label)),
               signature->note);
  else if (signature != nullptr && !signature->note.empty())
    add_clause(reason, "the signature says", signature->note);
  return reason;
}

std::vector<std::string> gather_evidence(const Observation& observation,
                                         const Recognition& recognition, const Verdict& verdict) {
  std::vector<std::string> evidence;
  const Exchange& exchange = observation.exchange;
  const Side first = exchange.server_speaks_first() ? Side::server : Side::client;
  for (const Side side : {first, other(first)})
    if (!exchange.said(side).empty())
      evidence.push_back(
          concat({side == Side::client ? "client" : "server", ": ", quote(exchange.said(side))}));
  if (const auto& envelope = observation.envelope)
    evidence.push_back(envelope->certificate.empty()
                           ? fmt::format("inside {}", envelope->version)
                           : fmt::format("inside {}, the certificate is of {}", envelope->version,
                                         envelope->certificate));
  if (recognition.match.certainty == Certainty::hint)
    evidence.push_back(
        fmt::format("hint: {}, {}", recognition.recognizer->title, recognition.match.says.text()));
  add_opinion(recognition, evidence);
  add_rules(recognition, evidence);
  if (!recognition.named()) return evidence;
  if (!recognition.match.detail.empty()) evidence.emplace_back(recognition.match.detail.text());
  if (!recognition.match.inside.empty())
    evidence.push_back(fmt::format("hint: {} inside", recognition.match.inside.text()));
  const Home* home = find_home(*recognition.recognizer, verdict.port, observation.transport);
  if (verdict.protocol == "tls" && home != nullptr)
    evidence.push_back(fmt::format("hint: by its port, {} would run inside", home->service));
  return evidence;
}

void obey_policy(const Policy& policy, Verdict& verdict) {
  verdict.label = policy.label;
  add_clause(verdict.reason,
             fmt::format("the policy {} calls it {}", cite_rule(policy), to_string(policy.label)),
             policy.note);
  verdict.evidence.push_back(
      policy.note.empty() ? fmt::format("rule: policy {}", cite_rule(policy))
                          : fmt::format("rule: policy {}: {}", cite_rule(policy), policy.note));
  verdict.rules.push_back(cite_rule(policy));
}

}  // namespace oddport
