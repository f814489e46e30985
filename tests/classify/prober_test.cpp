// Verdicts on what a prober heard: its own question proves nothing, and an answer must be the server's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "classify/classifier.h"
#include "classify/recognition.h"
#include "classify/recognizers.h"

namespace oddport {
namespace {

using testing::HasSubstr;

struct Interview {
  Transport transport = Transport::tcp;
  std::uint16_t port = 724;
  Bytes question = {};
  Bytes answer = {};
  std::optional<TlsEnvelope> envelope = std::nullopt;
  Inquiry inquiry = {.questions = 3};

  Verdict verdict() const {
    Observation seen;
    seen.source = Source::probe;
    seen.basis = RoleBasis::handshake;
    seen.transport = transport;
    seen.client = {IpAddress::v4(0xc612ff01), 40000};
    seen.server = {IpAddress::v4(0xc6120007), port};
    seen.envelope = envelope;
    seen.inquiry = inquiry;
    seen.exchange.transport = transport;
    seen.exchange.client = question;
    seen.exchange.server = answer;
    seen.exchange.one_sided = transport == Transport::udp && answer.empty();
    if (!question.empty()) seen.messages.push_back({Side::client, question, question.size()});
    if (!answer.empty()) seen.messages.push_back({Side::server, answer, answer.size()});
    seen.exchange.messages = seen.messages;
    seen.from_client = {.packets = question.empty() ? 0u : 1u, .bytes = question.size()};
    seen.from_server = {.packets = answer.empty() ? 0u : 1u, .bytes = answer.size()};
    return Classifier(PortSet::watched_by_default()).classify(seen);
  }
};

Bytes question_of(const Recognizer& recognizer, Transport transport) {
  const Question& hello = recognizer.hello;
  return transport == Transport::tcp && !hello.over_tcp.empty() ? hello.over_tcp : hello.bytes;
}

template <typename Use>
void for_each_question(Use&& use) {
  for (const Recognizer* recognizer : all_recognizers())
    for (const Transport transport : {Transport::tcp, Transport::udp})
      if (contains(recognizer->transports, transport) &&
          !question_of(*recognizer, transport).empty())
        use(*recognizer, transport);
}

TEST(Prober, NamesNothingByItsOwnQuestion) {
  for_each_question([](const Recognizer& recognizer, Transport transport) {
    const Verdict verdict =
        Interview{.transport = transport, .question = question_of(recognizer, transport)}.verdict();
    EXPECT_EQ(verdict.protocol, "") << recognizer.name;
    EXPECT_EQ(verdict.certainty, Certainty::none) << recognizer.name;
    EXPECT_EQ(verdict.label, transport == Transport::tcp ? Label::unknown : Label::silent)
        << recognizer.name;
  });
}

TEST(Prober, NamesNothingByAnAnswerOfNoise) {
  std::mt19937 random(4);  // the same each time
  for_each_question([&](const Recognizer& recognizer, Transport transport) {
    for (const std::size_t length : {7, 24, 100, 600}) {
      for (const bool printable : {false, true}) {
        std::string answer(length, '\0');
        for (char& c : answer)
          c = static_cast<char>(printable ? ' ' + random() % 95 : random() % 256);
        const Verdict verdict = Interview{.transport = transport,
                                          .question = question_of(recognizer, transport),
                                          .answer = answer}
                                    .verdict();
        EXPECT_EQ(verdict.protocol, "") << recognizer.name << ": " << verdict.reason;
        EXPECT_EQ(verdict.label, Label::unknown) << recognizer.name;
      }
    }
  });
}

// What is confirmed by both sides of a conversation stays named where the client is the prober.
TEST(Prober, StillNamesWhatAnswersFit) {
  std::size_t asked = 0;
  std::vector<std::string> lost;
  for (const Recognizer* recognizer : all_recognizers()) {
    for (const Example& example : recognizer->examples) {
      const bool fits = example.expect == Certainty::confirmed && !example.client.empty() &&
                        !example.server.empty() && example.first == Side::client;
      if (!fits || recognizer->hello.about.starts_with("nothing")) continue;
      const Transport transport = example.transport.value_or(
          recognizer->transports == Transports::udp ? Transport::udp : Transport::tcp);
      ++asked;
      const Verdict verdict =
          Interview{.transport = transport, .question = example.client, .answer = example.server}
              .verdict();
      if (verdict.protocol.empty())
        lost.push_back(std::string(recognizer->name) + ": " + std::string(example.about));
    }
  }
  EXPECT_GT(asked, 100u);
  EXPECT_LE(lost.size() * 16, asked) << testing::PrintToString(lost);
}

TEST(Prober, TellsAMutePort) {
  EXPECT_THAT(Interview{}.verdict().reason,
              HasSubstr("724/tcp is open and says nothing (3 questions were asked)"));
  EXPECT_THAT((Interview{.inquiry = {.questions = 1, .hung_up = true}}.verdict().reason),
              HasSubstr("closes them without a byte (one question was asked)"));
  const Verdict udp = Interview{.transport = Transport::udp, .question = "?"}.verdict();
  EXPECT_EQ(udp.label, Label::silent);
  EXPECT_THAT(udp.reason, HasSubstr("No answer on 724/udp (3 questions were asked)"));
}

TEST(Prober, CountsThePortOfAProtocolInsideTls) {
  Interview inside{.port = 993,
                   .answer = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] Dovecot ready.\r\n",
                   .envelope = TlsEnvelope{.version = "TLS 1.3", .certificate = "CN=a"}};
  const Verdict secured = inside.verdict();
  EXPECT_EQ(secured.protocol, "imap");
  EXPECT_EQ(secured.label, Label::expected);
  EXPECT_THAT(secured.reason, HasSubstr("inside TLS 1.3 on 993/tcp"));
  EXPECT_THAT(secured.evidence,
              testing::Contains(std::string("inside TLS 1.3, the certificate is of CN=a")));
  inside.envelope.reset();
  EXPECT_EQ(inside.verdict().label, Label::unofficial);
}

}  // namespace
}  // namespace oddport
