// The getters of a verdict, and how it is made of a talk that the caller tells.
#include <algorithm>
#include <optional>
#include <span>

#include "classify/talk_builder.h"
#include "plugins/c/handles.h"

namespace oddport {

VerdictWords::VerdictWords(const Verdict& verdict, bool was_turned)
    : label(to_string(verdict.label)),
      protocol(verdict.protocol),
      certainty(to_string(verdict.certainty)),
      era(verdict.era ? to_string(*verdict.era) : std::string_view{}),
      role(to_string(verdict.role)),
      reason(verdict.reason),
      assignment(to_string(verdict.assignment.status)),
      service(verdict.assignment.service),
      evidence(verdict.evidence),
      traits(verdict.traits),
      rules(verdict.rules),
      port(verdict.port),
      turned(was_turned) {}

namespace {

bool is_sound(const oddport_message& message) {
  const bool side = message.from == ODDPORT_CLIENT || message.from == ODDPORT_SERVER;
  return side && (message.bytes != nullptr || message.length == 0) &&
         (message.wire_length == 0 || message.wire_length >= message.length);
}

bool is_sound(const oddport_talk* talk) {
  if (talk == nullptr || talk->size < sizeof *talk || !is_transport(talk->transport)) return false;
  if (talk->messages == nullptr && talk->message_count > 0) return false;
  return std::ranges::all_of(std::span(talk->messages, talk->message_count),
                             [](const oddport_message& message) { return is_sound(message); });
}

Observation observe(const oddport_talk& talk, TalkBuilder& builder) {
  for (const oddport_message& message : std::span(talk.messages, talk.message_count))
    builder.add(message.from == ODDPORT_CLIENT ? Side::client : Side::server,
                {static_cast<const char*>(message.bytes), message.length},
                std::max(message.wire_length, message.length));
  Observation seen;
  seen.transport = talk.transport == ODDPORT_TCP ? Transport::tcp : Transport::udp;
  seen.server.port = talk.server_port;
  seen.client.port = talk.client_port;
  seen.basis = talk.roles_guessed != 0 ? RoleBasis::first_packet : RoleBasis::handshake;
  builder.tell(seen);
  if (talk.one_sided != 0) seen.exchange.one_sided = true;
  seen.exchange.client_from_start = talk.late_client == 0 || seen.transport == Transport::udp;
  seen.exchange.server_from_start = talk.late_server == 0 || seen.transport == Transport::udp;
  return seen;
}

// The ports may be alike: whose packets the server's are tells.
bool is_turned(const oddport_talk& talk, const Observation& seen, const Traffic& from_client) {
  if (seen.server.port != talk.server_port) return true;
  return talk.client_port == talk.server_port && (seen.from_client.packets != from_client.packets ||
                                                  seen.from_client.bytes != from_client.bytes);
}

}  // namespace

}  // namespace oddport

int oddport_classify(const oddport_classifier* classifier, const oddport_talk* talk,
                     oddport_verdict** verdict) {
  using namespace oddport;
  if (verdict == nullptr) return ODDPORT_BAD_ARGUMENT;
  *verdict = nullptr;
  if (classifier == nullptr || !is_sound(talk)) return ODDPORT_BAD_ARGUMENT;
  return guarded([&] {
    TalkBuilder builder;
    Observation seen = observe(*talk, builder);
    const Traffic from_client = seen.from_client;
    const Verdict judged = classifier->classifier.classify(seen);
    auto words = std::make_shared<const VerdictWords>(judged, is_turned(*talk, seen, from_client));
    *verdict = new oddport_verdict{std::move(words)};
    return ODDPORT_OK;
  });
}

void oddport_verdict_free(oddport_verdict* verdict) { delete verdict; }

const char* oddport_verdict_label(const oddport_verdict* verdict) {
  return verdict->words->label.c_str();
}
const char* oddport_verdict_protocol(const oddport_verdict* verdict) {
  return oddport::text_or_null(verdict->words->protocol);
}
const char* oddport_verdict_certainty(const oddport_verdict* verdict) {
  return verdict->words->certainty.c_str();
}
const char* oddport_verdict_era(const oddport_verdict* verdict) {
  return oddport::text_or_null(verdict->words->era);
}
const char* oddport_verdict_role(const oddport_verdict* verdict) {
  return verdict->words->role.c_str();
}
const char* oddport_verdict_reason(const oddport_verdict* verdict) {
  return verdict->words->reason.c_str();
}
uint16_t oddport_verdict_port(const oddport_verdict* verdict) { return verdict->words->port; }
const char* oddport_verdict_assignment(const oddport_verdict* verdict) {
  return verdict->words->assignment.c_str();
}
const char* oddport_verdict_service(const oddport_verdict* verdict) {
  return oddport::text_or_null(verdict->words->service);
}
int oddport_verdict_turned(const oddport_verdict* verdict) {
  return verdict->words->turned ? 1 : 0;
}
const char* oddport_verdict_evidence(const oddport_verdict* verdict, size_t index) {
  return oddport::line_or_null(verdict->words->evidence, index);
}
const char* oddport_verdict_trait(const oddport_verdict* verdict, size_t index) {
  return oddport::line_or_null(verdict->words->traits, index);
}
const char* oddport_verdict_rule(const oddport_verdict* verdict, size_t index) {
  return oddport::line_or_null(verdict->words->rules, index);
}
