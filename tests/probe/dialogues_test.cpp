// Dialogues with services of the tests' own, over loopback.
#include "probe/dialogues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/probe/network_namespace.h"
#include "tests/probe/test_services.h"

namespace oddport {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

const IpAddress here = IpAddress::v4(0x7f000001);

struct Outcome {
  DialogueEnd end = DialogueEnd::given_up;
  Label label = Label::silent;
  std::string protocol;
  Certainty certainty = Certainty::none;
  std::string reason;
  std::vector<std::string> evidence;
  std::uint32_t questions = 0;
  std::uint64_t heard = 0;
  std::size_t kept = 0;
  Source source = Source::capture;
  std::chrono::duration<double> seconds{};
};

Outcome outcome_of(const DialogueResult& result) {
  return {.end = result.end,
          .label = result.verdict.label,
          .protocol = std::string(result.verdict.protocol),
          .certainty = result.verdict.certainty,
          .reason = result.verdict.reason,
          .evidence = result.verdict.evidence,
          .questions = result.observation.inquiry.questions,
          .heard = result.observation.from_server.bytes,
          .kept = result.observation.exchange.server.size(),
          .source = result.observation.source};
}

using Outcomes = std::map<std::pair<Transport, std::uint16_t>, Outcome>;

Outcomes talk_with(const std::vector<Target>& targets, const DialogueOptions& options = {}) {
  const Classifier classifier(PortSet::watched_by_default());
  Dialogues dialogues(options, classifier);
  for (const Target& target : targets) dialogues.add(target);
  dialogues.finish();
  Outcomes outcomes;
  const auto begun = std::chrono::steady_clock::now();
  dialogues.run([&](const DialogueResult& result) {
    Outcome& outcome = outcomes[{result.target.transport, result.target.port}];
    outcome = outcome_of(result);
    outcome.seconds = std::chrono::steady_clock::now() - begun;
  });
  EXPECT_EQ(outcomes.size(), targets.size());
  EXPECT_EQ(dialogues.pending(), 0u);
  return outcomes;
}

Target tcp(std::uint16_t port) { return {here, Transport::tcp, port}; }
Target udp(std::uint16_t port) { return {here, Transport::udp, port}; }

Outcome talk_with(const Target& target, const DialogueOptions& options = {}) {
  return talk_with(std::vector{target}, options)[{target.transport, target.port}];
}

// Short enough for a test, long enough for a few questions.
DialogueOptions in_a_hurry() {
  DialogueOptions options;
  options.tcp_time = 1500ms;
  options.udp_time = 1500ms;
  return options;
}

// Runs the body in a network of its own with nothing but loopback. False where that cannot be had.
bool in_own_network(const std::function<void()>& body) {
  const testing::NetworkNamespace home;
  if (!home.open() || !home.shell("ip link set lo up 2>/dev/null")) return false;
  home.run(body);
  return true;
}

TEST(Dialogues, HasAVerdictOnAMutePortInUnderFiveSeconds) {
  const TcpService mute([](const Caller& caller) { caller.stay(); });
  const Outcome outcome = talk_with(tcp(mute.port()));
  EXPECT_EQ(outcome.end, DialogueEnd::mute);
  EXPECT_EQ(outcome.label, Label::unknown);
  EXPECT_EQ(outcome.protocol, "");
  EXPECT_LT(outcome.seconds, 5s);
  EXPECT_GE(outcome.questions, 10u);
  EXPECT_THAT(outcome.reason, HasSubstr("is open and says nothing"));
  EXPECT_LE(mute.calls(), outcome.questions + 8);
}

TEST(Dialogues, BoundsTimeAndBytesOfTheHostile) {
  const TcpService endless([](const Caller& caller) {
    const std::string noise(64 * 1024, '\x7f');
    while (caller.say(noise)) continue;
  });
  const TcpService drip([](const Caller& caller) {
    while (caller.say("\x01") && caller.wait(200)) continue;
  });
  const TcpService tarpit([](const Caller& caller) {
    while (caller.say("\r\n") && caller.wait(300)) continue;
  });
  const TcpService rude([](const Caller&) {});
  const Outcomes outcomes = talk_with(
      {tcp(endless.port()), tcp(drip.port()), tcp(tarpit.port()), tcp(rude.port())}, in_a_hurry());
  for (const auto& [port, outcome] : outcomes) {
    EXPECT_LT(outcome.seconds, 4s) << outcome.reason;
    EXPECT_LE(outcome.kept, 4096u) << outcome.reason;
    EXPECT_LT(outcome.heard, 256u * 1024) << outcome.reason;
    EXPECT_EQ(outcome.label, Label::unknown) << outcome.reason;
  }
  EXPECT_EQ(outcomes.at({Transport::tcp, endless.port()}).end, DialogueEnd::spoke);
  const Outcome& hung_up = outcomes.at({Transport::tcp, rude.port()});
  EXPECT_EQ(hung_up.end, DialogueEnd::hung_up);
  EXPECT_THAT(hung_up.reason, HasSubstr("closes them without a byte"));
  EXPECT_LE(rude.calls(), 8u);
}

TEST(Dialogues, DoesNotQuestionWhoSpeaksFirst) {
  const TcpService server([](const Caller& caller) {
    caller.say("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n");
    caller.stay();
  });
  const Outcome outcome = talk_with(tcp(server.port()));
  EXPECT_EQ(outcome.protocol, "ssh");
  EXPECT_EQ(outcome.certainty, Certainty::confirmed);
  EXPECT_EQ(outcome.questions, 0u);
  EXPECT_EQ(outcome.source, Source::probe);
  EXPECT_EQ(server.calls(), 1u);
  EXPECT_LT(outcome.seconds, 1s);
}

TEST(Dialogues, AsksAnUnclearGreetingForHelpAndNothingElse) {
  std::atomic<bool> was_asked = false;
  const TcpService server([&](const Caller& caller) {
    caller.say("zq7 rdy\x1e"_b.substr(0, 7));
    caller.say("\r\n");
    if (caller.hear(3000) == "help\r\n") was_asked = true;
    caller.say("zq7 no\r\n");
    caller.stay();
  });
  const Outcome outcome = talk_with(tcp(server.port()));
  EXPECT_TRUE(was_asked);
  EXPECT_EQ(server.calls(), 1u);
  EXPECT_EQ(outcome.label, Label::unknown);
  EXPECT_EQ(outcome.end, DialogueEnd::spoke);
  EXPECT_EQ(outcome.protocol, "");
  EXPECT_LT(outcome.seconds, 4s);
}

TEST(Dialogues, RefusesTheOptionsOfTelnetToHearMore) {
  std::atomic<bool> was_refused = false;
  const TcpService server([&](const Caller& caller) {
    caller.say("\xff\xfd\x27"_b);  // RFC 854: do option 39
    if (caller.hear(3000) == "\xff\xfc\x27"_b) was_refused = true;
    caller.say("\xff\xfb\x01\xff\xfb\x03login: "_b);
    caller.stay();
  });
  const Outcome outcome = talk_with(tcp(server.port()));
  EXPECT_TRUE(was_refused);
  EXPECT_EQ(outcome.protocol, "telnet");
  EXPECT_EQ(outcome.certainty, Certainty::confirmed) << outcome.reason;
  EXPECT_EQ(server.calls(), 1u);
}

// RFC 5036, section 3.5.1: a notification of the status "no hello".
constexpr Bytes no_hello =
    "\0\x01\0\x1c\xc6\x12\0\x01\0\0\0\x01\0\x12\0\0\0\x67\x03\0\0\x0a\x80\0\0\x10\0\0\0\0\0\0"_b;

TEST(Dialogues, WaitsForWhoThinksBeforeItSpeaksWhereThatIsKnown) {
  Outcome outcome;
  const bool ran = in_own_network([&] {
    std::atomic<unsigned> callers = 0;
    const TcpService server(
        [&](const Caller& caller) {
          if (callers++ > 0) return;  // one caller at a time
          caller.wait(2500);
          caller.say(no_hello);
        },
        646);
    outcome = talk_with(tcp(646), in_a_hurry());
  });
  if (!ran) GTEST_SKIP() << "needs root and network namespaces";
  EXPECT_EQ(outcome.protocol, "ldp") << outcome.reason;
  EXPECT_EQ(outcome.certainty, Certainty::confirmed);
}

std::string answer_http(const std::string& request) {
  if (!request.starts_with("GET ") && !request.starts_with("HEAD "))
    return "HTTP/1.1 400 Bad Request\r\nServer: test\r\nContent-Length: 0\r\nConnection: "
           "close\r\n\r\n";
  return "HTTP/1.1 200 OK\r\nServer: test\r\nContent-Type: text/html\r\nContent-Length: "
         "2\r\n\r\nok";
}

TEST(Dialogues, NamesAServiceThatWaitsToBeAsked) {
  const TcpService server([](const Caller& caller) {
    const std::string request = caller.hear();
    if (!request.empty()) caller.say(answer_http(request));
  });
  const Outcome outcome = talk_with(tcp(server.port()));
  EXPECT_EQ(outcome.protocol, "http");
  EXPECT_EQ(outcome.certainty, Certainty::confirmed);
}

TEST(Dialogues, TakesAnEchoForNothingElse) {
  const TcpService tcp_echo([](const Caller& caller) {
    for (std::string heard = caller.hear(); !heard.empty(); heard = caller.hear())
      if (!caller.say(heard)) return;
  });
  const UdpService udp_echo([](Bytes question) { return std::string(question); });
  const Outcomes outcomes = talk_with({tcp(tcp_echo.port()), udp(udp_echo.port())}, in_a_hurry());
  for (const auto& [port, outcome] : outcomes) {
    EXPECT_EQ(outcome.end, DialogueEnd::spoke);
    EXPECT_EQ(outcome.label, Label::unknown) << outcome.reason;
    EXPECT_EQ(outcome.protocol, "") << outcome.reason;
  }
}

TEST(Dialogues, NamesNothingOfWhatOnlyItselfSaid) {
  // It answers whatever is asked with the same bytes of no protocol.
  const TcpService stubborn([](const Caller& caller) {
    while (!caller.hear().empty())
      if (!caller.say("\x9e\x03\xd1\x77\xe6\x0b\x5a\xf0\x13\x88\xc4\x29")) return;
  });
  const UdpService deaf([](Bytes) { return std::string("\x9e\x03\xd1\x77\xe6\x0b\x5a\xf0\x13"); });
  const UdpService silent([](Bytes) { return std::string(); });
  const Outcomes outcomes =
      talk_with({tcp(stubborn.port()), udp(deaf.port()), udp(silent.port())}, in_a_hurry());
  for (const auto& [port, outcome] : outcomes) EXPECT_EQ(outcome.protocol, "") << outcome.reason;
  EXPECT_EQ(outcomes.at({Transport::tcp, stubborn.port()}).label, Label::unknown);
  EXPECT_EQ(outcomes.at({Transport::udp, deaf.port()}).label, Label::unknown);
  const Outcome& unanswered = outcomes.at({Transport::udp, silent.port()});
  EXPECT_EQ(unanswered.end, DialogueEnd::unanswered);
  EXPECT_EQ(unanswered.label, Label::silent);
  EXPECT_THAT(unanswered.reason, HasSubstr("open, or filtered"));
}

TEST(Dialogues, TellsDnsOverUdp) {
  const UdpService server([](Bytes question) -> std::string {
    // The header of RFC 1035, section 4.1.1, of a query with one question.
    if (question.size() < 17 || question.substr(4, 2) != "\0\1"_b || (question[2] & '\x80') != 0)
      return {};
    std::string answer(question);
    answer[2] = static_cast<char>(answer[2] | '\x80');
    answer[3] = '\x05';  // refused
    return answer;
  });
  const Outcome outcome = talk_with(udp(server.port()));
  EXPECT_EQ(outcome.protocol, "dns");
  EXPECT_EQ(outcome.certainty, Certainty::confirmed);
}

TEST(Dialogues, TellsClosedPorts) {
  std::uint16_t tcp_port = 0;
  std::uint16_t udp_port = 0;
  {
    const TcpService gone([](const Caller&) {});
    const UdpService gone_too([](Bytes) { return std::string(); });
    tcp_port = gone.port();
    udp_port = gone_too.port();
  }
  const Outcomes outcomes = talk_with({tcp(tcp_port), udp(udp_port)});
  for (const auto& [port, outcome] : outcomes) {
    EXPECT_EQ(outcome.end, DialogueEnd::closed);
    EXPECT_EQ(outcome.label, Label::silent);
    EXPECT_LT(outcome.seconds, 2s);
  }
}

TEST(Dialogues, ComesFromAReservedPortWhereThatIsWanted) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root binds ports below 1024";
  const TcpService picky([](const Caller& caller) {
    if (caller.port() < 1024) caller.stay();
  });
  const Outcome outcome = talk_with(tcp(picky.port()), in_a_hurry());
  EXPECT_EQ(outcome.end, DialogueEnd::mute);
  EXPECT_THAT(outcome.reason, HasSubstr("from a reserved port"));
  DialogueOptions modest = in_a_hurry();
  modest.reserved_ports = false;
  EXPECT_EQ(talk_with(tcp(picky.port()), modest).end, DialogueEnd::hung_up);
}

// A host that sends every connection to one silent service, and those to port 522 to one that greets.
bool answer_on_every_port() {
  return std::system(
             "nft add table ip odd 2>/dev/null && "
             "nft 'add chain ip odd out { type nat hook output priority -100; }' 2>/dev/null && "
             "nft add rule ip odd out tcp dport 522 redirect to :7002 2>/dev/null && "
             "nft add rule ip odd out tcp dport 1-65535 redirect to :7001 2>/dev/null") == 0;
}

TEST(Dialogues, TellsHostsOnWhichEveryPortOpens) {
  bool redirected = false;
  in_own_network([&] {
    const TcpService mute([](const Caller& caller) { caller.stay(); }, 7001);
    const TcpService greets(
        [](const Caller& caller) {
          caller.say("SSH-2.0-test\r\n");
          caller.stay();
        },
        7002);
    redirected = answer_on_every_port();
    if (!redirected) return;
    std::vector<Target> targets;
    for (std::uint16_t port = 510; port < 550; ++port) targets.push_back(tcp(port));
    for (const auto& [port, outcome] : talk_with(targets, in_a_hurry())) {
      const bool speaks = port.second == 522;
      EXPECT_EQ(outcome.end, speaks ? DialogueEnd::spoke : DialogueEnd::pseudo) << port.second;
      EXPECT_EQ(outcome.label, speaks ? Label::unofficial : Label::silent) << outcome.reason;
    }
  });
  if (!redirected) GTEST_SKIP() << "needs root, namespaces, ip, nft and the kernel's redirection";
}

TEST(Dialogues, MayBeAddedToWhileRunning) {
  const TcpService server([](const Caller& caller) {
    caller.say("SSH-2.0-test\r\n");
    caller.stay();
  });
  const Classifier classifier(PortSet::watched_by_default());
  Dialogues dialogues({}, classifier);
  unsigned told = 0;
  std::thread adder([&] {
    for (int n = 0; n < 5; ++n) {
      dialogues.add(tcp(server.port()));
      std::this_thread::sleep_for(20ms);
    }
  });
  dialogues.run([&](const DialogueResult& result) {
    EXPECT_EQ(result.verdict.protocol, "ssh");
    if (++told == 5) dialogues.add(tcp(server.port()));
    if (told == 6) dialogues.finish();
  });
  adder.join();
  EXPECT_EQ(told, 6u);
}

TEST(Dialogues, StopsAtOnceAndTellsAll) {
  const TcpService mute([](const Caller& caller) { caller.stay(); });
  const Classifier classifier(PortSet::watched_by_default());
  DialogueOptions options;
  options.sockets_per_host = options.connections_per_port * 3;
  Dialogues dialogues(options, classifier);
  for (int n = 0; n < 10; ++n) dialogues.add(tcp(mute.port()));
  std::thread stopper([&] {
    std::this_thread::sleep_for(300ms);
    dialogues.stop();
  });
  unsigned told = 0;
  const auto begun = std::chrono::steady_clock::now();
  dialogues.run([&](const DialogueResult& result) {
    ++told;
    EXPECT_EQ(result.end, DialogueEnd::given_up);
    EXPECT_EQ(result.verdict.label, Label::silent);
  });
  stopper.join();
  EXPECT_EQ(told, 10u);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
}

TEST(Dialogues, TalksWithManyHostsAtOnce) {
  const TcpService server([](const Caller& caller) {
    caller.say("SSH-2.0-test\r\n");
    caller.hear(2000);
  });
  const Classifier classifier(PortSet::watched_by_default());
  DialogueOptions options;
  options.sockets = 300;
  Dialogues dialogues(options, classifier);
  for (std::uint32_t n = 0; n < 1000; ++n)
    dialogues.add({IpAddress::v4(0x7f010000 + n), Transport::tcp, server.port()});
  dialogues.finish();
  unsigned named = 0;
  dialogues.run(
      [&](const DialogueResult& result) { named += result.verdict.protocol == "ssh" ? 1 : 0; });
  EXPECT_EQ(named, 1000u);
}

// --- inside TLS

template <typename T, void (*release)(T*)>
using Owned = std::unique_ptr<T, decltype([](T* thing) { release(thing); })>;

// A server's context with a certificate of its own making.
class TestCertificate {
 public:
  TestCertificate() : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), 3600);
    X509_set_pubkey(certificate_.get(), key_.get());
    X509_NAME* name = X509_get_subject_name(certificate_.get());
    const std::string common_name = "mail.example.org";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
    X509_set_issuer_name(certificate_.get(), name);
    EXPECT_GT(X509_sign(certificate_.get(), key_.get(), EVP_sha256()), 0);
    context_.reset(SSL_CTX_new(TLS_server_method()));
    EXPECT_EQ(SSL_CTX_use_certificate(context_.get(), certificate_.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.get(), key_.get()), 1);
  }
  SSL_CTX* context() const { return context_.get(); }

 private:
  Owned<EVP_PKEY, EVP_PKEY_free> key_;
  Owned<X509, X509_free> certificate_;
  Owned<SSL_CTX, SSL_CTX_free> context_;
};

// Greets, and answers one question.
TcpService::Manner inside_tls(const TestCertificate& certificate, std::string greeting,
                              std::function<std::string(const std::string&)> answer) {
  return [&certificate, greeting = std::move(greeting),
          answer = std::move(answer)](const Caller& caller) {
    const timeval patience{.tv_sec = 3, .tv_usec = 0};
    ::setsockopt(caller.socket(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::signal(SIGPIPE, SIG_IGN);  // whoever has heard enough hangs up
    const Owned<SSL, SSL_free> session(SSL_new(certificate.context()));
    SSL_set_fd(session.get(), caller.socket());
    if (SSL_accept(session.get()) != 1) return;
    if (!greeting.empty())
      SSL_write(session.get(), greeting.data(), static_cast<int>(greeting.size()));
    std::array<char, 4096> buffer;
    const int size = SSL_read(session.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (size <= 0) return;
    const std::string said = answer(std::string(buffer.data(), static_cast<std::size_t>(size)));
    SSL_write(session.get(), said.data(), static_cast<int>(said.size()));
    SSL_shutdown(session.get());
  };
}

TEST(Dialogues, TellsWhatRunsInsideTls) {
  const TestCertificate certificate;
  const TcpService https(inside_tls(certificate, "", answer_http));
  const TcpService imaps(inside_tls(
      certificate,
      "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE AUTH=PLAIN] ready.\r\n",
      [](const std::string&) { return std::string("* BAD what?\r\n"); }));
  const TcpService riddle(inside_tls(certificate, "", [](const std::string&) {
    return std::string("\x9e\x03\xd1\x77\xe6\x0b\x5a\xf0\x13");
  }));
  const Outcomes outcomes = talk_with({tcp(https.port()), tcp(imaps.port()), tcp(riddle.port())});
  const Outcome& web = outcomes.at({Transport::tcp, https.port()});
  EXPECT_EQ(web.protocol, "http");
  EXPECT_THAT(web.reason, HasSubstr("inside TLS 1.3"));
  EXPECT_THAT(web.evidence,
              Contains(AllOf(HasSubstr("TLS 1.3"), HasSubstr("CN=mail.example.org"))));
  EXPECT_EQ(outcomes.at({Transport::tcp, imaps.port()}).protocol, "imap");
  const Outcome& outer = outcomes.at({Transport::tcp, riddle.port()});
  EXPECT_EQ(outer.protocol, "tls");
  EXPECT_LT(outer.seconds, 11s);
}

TEST(Dialogues, AsksForTlsAloneWhereItIsNotToLookInside) {
  const TestCertificate certificate;
  const TcpService https(inside_tls(certificate, "", answer_http));
  DialogueOptions options;
  options.tls = false;
  const Outcome outcome = talk_with(tcp(https.port()), options);
  EXPECT_EQ(outcome.protocol, "tls");
}

TEST(Dialogues, CountsImapInsideTlsOn993AsExpected) {
  const TestCertificate certificate;
  const bool done = in_own_network([&] {
    const TcpService imaps(inside_tls(certificate, "* OK [CAPABILITY IMAP4rev1] ready.\r\n",
                                      [](const std::string&) { return std::string(); }),
                           993);
    const TcpService bare(
        [](const Caller& caller) {
          caller.say("* OK [CAPABILITY IMAP4rev1] ready.\r\n");
          caller.stay();
        },
        995);
    const Outcomes outcomes = talk_with({tcp(993), tcp(995)});
    EXPECT_EQ(outcomes.at({Transport::tcp, 993}).protocol, "imap");
    EXPECT_EQ(outcomes.at({Transport::tcp, 993}).label, Label::expected);
    EXPECT_THAT(outcomes.at({Transport::tcp, 993}).reason, HasSubstr("as imaps"));
    EXPECT_EQ(outcomes.at({Transport::tcp, 995}).label, Label::unofficial);
  });
  if (!done) GTEST_SKIP() << "needs root, namespaces and ip";
}

}  // namespace
}  // namespace oddport
