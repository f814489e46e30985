// What protocols of several datagrams, or of packets cut by the capture, need beyond one example.
#include "classify/recognizers/datagrams.h"

#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer aodv;
extern const Recognizer bfd;
extern const Recognizer cups_browse;
extern const Recognizer heartbeat;
extern const Recognizer lmp;
extern const Recognizer olsr;
extern const Recognizer pulse;
}  // namespace recognizers
namespace {

constexpr Bytes request = "\x01\x20\0\0\0\0\0\x07\x0a\0\0\x05\0\0\0\0\x0a\0\0\x01\0\0\0\x09"_b;
constexpr Bytes next_request = "\x01\x20\0\0\0\0\0\x08\x0a\0\0\x06\0\0\0\0\x0a\0\0\x01\0\0\0\x0a"_b;
constexpr Bytes noise = "something else altogether";

Certainty ask(const Recognizer& recognizer, Conversation conversation) {
  return recognizer.recognize(conversation.exchange()).certainty;
}

TEST(Datagrams, CountByTheBestUnlessOneIsAlien) {
  const auto by_first_byte = [](const Message& message) {
    return message.bytes[0] == '!' ? Fit::proves : message.bytes[0] == '?' ? Fit::alien : Fit::weak;
  };
  Conversation conversation{Transport::udp};
  conversation.client("a");
  EXPECT_EQ(judge_datagrams(conversation.exchange(), Side::server, by_first_byte), Fit::open);
  EXPECT_EQ(judge_datagrams(conversation.exchange(), Side::client, by_first_byte), Fit::weak);
  conversation.client("!");
  EXPECT_EQ(judge_datagrams(conversation.exchange(), Side::client, by_first_byte), Fit::proves);
  conversation.client("?");
  EXPECT_EQ(judge_datagrams(conversation.exchange(), Side::client, by_first_byte), Fit::alien);
}

TEST(Datagrams, OfMostCountByTheBestAndByTheirDifferences) {
  const auto by_first_byte = [](const Message& message) {
    return message.bytes[0] == '!' ? Fit::fits : message.bytes[0] == '?' ? Fit::alien : Fit::weak;
  };
  Conversation conversation{Transport::udp};
  conversation.client("!a").client("!a").client("?");
  EXPECT_EQ(judge_most_datagrams(conversation.exchange(), Side::client, by_first_byte), Fit::fits);
  conversation.client("!b");
  EXPECT_EQ(judge_most_datagrams(conversation.exchange(), Side::client, by_first_byte),
            Fit::proves);
  conversation.client("?").client("?").client("?");
  EXPECT_EQ(judge_most_datagrams(conversation.exchange(), Side::client, by_first_byte), Fit::alien);
}

TEST(Datagrams, ThatRepeatOneAnotherProveNoMore) {
  EXPECT_EQ(ask(recognizers::aodv, Conversation{Transport::udp}.client(request).client(request)),
            Certainty::likely);
  EXPECT_EQ(
      ask(recognizers::aodv, Conversation{Transport::udp}.client(request).client(next_request)),
      Certainty::confirmed);
  constexpr Bytes beat = "\xbd\xad\xdb\xda";
  EXPECT_EQ(ask(recognizers::pulse, Conversation{Transport::udp}.client(beat).client(beat)),
            Certainty::likely);
}

TEST(Datagrams, ThatDoNotFitStepDown) {
  EXPECT_EQ(ask(recognizers::aodv,
                Conversation{Transport::udp}.client(request).client(next_request).server(noise)),
            Certainty::likely);
  EXPECT_EQ(ask(recognizers::aodv, Conversation{Transport::udp}.client(request).server(noise)),
            Certainty::hint);
}

TEST(Datagrams, ThatTheCaptureCutAreJudgedByWhatCame) {
  EXPECT_EQ(ask(recognizers::cups_browse,
                Conversation{Transport::udp}.cut_client(
                    "9046 3 ipp://10.0.0.1:631/printers/lp \"office\" \"Las", 190)),
            Certainty::confirmed);
  EXPECT_EQ(ask(recognizers::heartbeat,
                Conversation{Transport::udp}.cut_client(
                    "###\n11:(0)t=status,12:(0)st=active,9:(0)src=vm,10:(0)dt=2", 300)),
            Certainty::confirmed);
  EXPECT_EQ(
      ask(recognizers::lmp, Conversation{Transport::udp}.cut_client(
                                "\x10\0\0\x01\0\x28\0\0\x01\x01\0\x08\0\0\0\x05\x01\x05"_b, 40)),
      Certainty::confirmed);
  EXPECT_EQ(ask(recognizers::olsr,
                Conversation{Transport::udp}.cut_client(
                    "\0\x30\0\x07\x01\x86\0\x18\x0a\0\0\x01\x01\0\0\x05\0\0\x05\x03\x06\0\0\x08"
                    "\x0a\0\0\x02\x02\x86\0\x14"_b,
                    48)),
            Certainty::confirmed);
}

TEST(Datagrams, OfWhichTheFirstIsAReply) {
  EXPECT_EQ(
      ask(recognizers::bfd,
          Conversation{Transport::udp}
              .server("\x20\x80\x03\x18\0\0\0\x02\0\0\0\x01\0\x0f\x42\x40\0\x0f\x42\x41\0\0\0\0"_b)
              .client("\x20\xc0\x03\x18\0\0\0\x01\0\0\0\x02\0\x0f\x42\x40\0\x0f\x42\x41\0\0\0"
                      "\0"_b)),
      Certainty::confirmed);
}

}  // namespace
}  // namespace oddport
