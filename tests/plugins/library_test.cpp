// The library from many threads at once; the preset "tsan" runs this under ThreadSanitizer.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "oddport.h"

namespace {

constexpr int threads = 8;
constexpr int rounds = 200;

struct Question {
  int transport;
  std::uint16_t port;
  int from;
  std::string bytes;
};

// A few of each kind: text, binary, an encrypted QUIC Initial needs cryptography, SMPP and what nobody knows need nDPI.
std::vector<Question> questions() {
  return {
      {ODDPORT_TCP, 596, ODDPORT_SERVER, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"},
      {ODDPORT_TCP, 801, ODDPORT_CLIENT, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {ODDPORT_TCP, 513, ODDPORT_CLIENT, std::string("\0root\0lab\0xterm/38400\0", 22)},
      {ODDPORT_TCP, 723, ODDPORT_CLIENT,
       std::string("\0\0\0\x2f\0\0\0\x02\0\0\0\0\0\0\0\x01SMPP3TEST\0secret08\0SUBMIT1"
                   "\0\x34\x01\x01\0",
                   47)},
      {ODDPORT_UDP, 999, ODDPORT_CLIENT, std::string("\x01\x02\x03\x04 nobody knows this", 23)},
      {ODDPORT_UDP, 853, ODDPORT_CLIENT, "\xc3\x00\x00\x00\x01\x08" + std::string(1194, '\x5a')}};
}

std::string answer(const oddport_classifier* classifier, const Question& question) {
  const oddport_message message = {question.from, question.bytes.data(), question.bytes.size(), 0};
  oddport_talk talk = {};
  talk.size = sizeof talk;
  talk.transport = question.transport;
  talk.server_port = question.port;
  talk.messages = &message;
  talk.message_count = 1;
  oddport_verdict* verdict = nullptr;
  if (oddport_classify(classifier, &talk, &verdict) != ODDPORT_OK) return "failed";
  std::string said = oddport_verdict_label(verdict);
  said += oddport_verdict_reason(verdict);
  oddport_verdict_free(verdict);
  return said;
}

// What the recording says, packet by packet: every thread has flows of its own.
std::string follow(const oddport_classifier* classifier, const std::string& pcap) {
  oddport_flows* flows = nullptr;
  if (oddport_flows_new(classifier, &flows) != ODDPORT_OK) return "failed";
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (int i = 3; i >= 0; --i)
      value = value << 8 | static_cast<unsigned char>(pcap[at + static_cast<std::size_t>(i)]);
    return value;
  };
  std::set<std::uint64_t> numbers;
  for (std::size_t at = 24; at + 16 <= pcap.size(); at += 16 + word(at + 8)) {
    oddport_packet packet = {};
    packet.size = sizeof packet;
    packet.bytes = &pcap[at + 16];
    packet.length = word(at + 8);
    packet.wire_length = word(at + 12);
    packet.time = std::int64_t{word(at)} * 1'000'000'000;
    packet.link_type = 1;
    std::uint64_t number = 0;
    if (oddport_flows_add(flows, &packet, &number) != ODDPORT_OK) return "failed";
    numbers.insert(number);
  }
  oddport_flows_finish(flows);
  std::string said;
  for (const std::uint64_t number : numbers) {
    oddport_verdict* verdict = nullptr;
    if (oddport_flows_verdict(flows, number, &verdict) != ODDPORT_OK) continue;
    said += oddport_verdict_reason(verdict);
    oddport_verdict_free(verdict);
  }
  oddport_flows_free(flows);
  return said;
}

// As `oddport label` does; who does not want it says so.
TEST(Library, AsksNdpiUnlessToldNotTo) {
  const Question smpp = questions().at(3);
  for (const int no_ndpi : {0, 1}) {
    oddport_settings settings = {};
    settings.size = sizeof settings;
    settings.no_ndpi = no_ndpi;
    oddport_classifier* classifier = nullptr;
    ASSERT_EQ(oddport_classifier_new(&settings, &classifier, nullptr), ODDPORT_OK);
    const bool is_asked = ODDPORT_WITH_NDPI != 0 && no_ndpi == 0;
    EXPECT_EQ(answer(classifier, smpp).starts_with("unofficialProbably SMPP (by the word of nDPI"),
              is_asked)
        << answer(classifier, smpp);
    oddport_classifier_free(classifier);
  }
}

TEST(Library, AnswersManyThreadsAtOnceAsItAnswersOne) {
  oddport_classifier* classifier = nullptr;
  ASSERT_EQ(oddport_classifier_new(nullptr, &classifier, nullptr), ODDPORT_OK);
  std::ifstream file(ODDPORT_SOURCE_DIR "/pcaps/531-tcp-ssh-openssh.pcap", std::ios::binary);
  const std::string pcap(std::istreambuf_iterator<char>(file), {});
  ASSERT_GT(pcap.size(), 1000u);
  // The threads come first, so that they share what is made at the first use.
  std::array<std::vector<std::string>, threads> answers;
  std::vector<std::thread> running;
  for (std::vector<std::string>& mine : answers)
    running.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) {
        mine.clear();
        for (const Question& question : questions()) mine.push_back(answer(classifier, question));
      }
      mine.push_back(follow(classifier, pcap));
    });
  for (std::thread& thread : running) thread.join();
  std::vector<std::string> expected;
  for (const Question& question : questions()) expected.push_back(answer(classifier, question));
  expected.push_back(follow(classifier, pcap));
  EXPECT_TRUE(expected[0].starts_with("unofficial")) << expected[0];
  EXPECT_NE(expected.back().find("SSH"), std::string::npos);
  for (const std::vector<std::string>& mine : answers) EXPECT_EQ(mine, expected);
  oddport_classifier_free(classifier);
}

}  // namespace
