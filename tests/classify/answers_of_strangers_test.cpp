// What many a server says to a question that it does not understand names nobody, whoever's the question was.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "classify/recognition.h"
#include "classify/recognizers.h"

namespace oddport {
namespace {

constexpr auto answers = std::to_array<Bytes>({
    "ERROR\r\n",
    "ERROR\n",
    "ERROR :Unknown command\r\n",
    "-ERR\r\n",
    "-ERR unknown command\r\n",
    "500 Syntax error\r\n",
    "500 unknown command\r\n",
    "501 Not implemented\r\n",
    "400 Bad Request\r\n",
    "Unknown command\r\n",
    "unknown command\n",
    "Invalid command\n",
    "error: bad request\n",
    "ERR\r\n",
    "ERR invalid\n",
    "BAD\r\n",
    "* BAD\r\n",
    "NO\r\n",
    "OK\r\n",
    "OK\n",
    "ok\n",
    "+OK\r\n",
    "END\r\n",
    "DENIED\n",
    "TIMEOUT\n",
    "Not found\n",
    "Permission denied.\n",
    "Connection refused\n",
    "Access denied\r\n",
    "HELLO\r\n",
    "Welcome\r\n",
    "Bye\r\n",
    "Goodbye.\r\n",
    "login: ",
    "Password: ",
    "\r\n",
    "\n",
    "?\r\n",
    ">",
    "> ",
    "$",
    "$ ",
    "# ",
    "% ",
    "0\n",
    "1\n",
    "NULL\n",
    "null\n",
    "{}\n",
    "[]\n",
    "{\"error\":\"bad request\"}\n",
    "<error/>\n",
    "\0"_b,
    "\1"_b,
    "\6"_b,
    "\x15"_b,
    "\xff"_b,
    "\0\0\0\0"_b,
    "\0\0\0\1"_b,
    "\xff\xff\xff\xff"_b,
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
});

Recognition recognize_answer(const Recognizer& asking, Transport transport, Bytes answer) {
  const Bytes question = asking.hello.bytes;
  Observation seen;
  seen.source = Source::probe;
  seen.transport = transport;
  seen.server.port = 40000;
  seen.client.port = 50000;
  seen.messages = {{.from = Side::client, .bytes = question, .wire_length = question.size()},
                   {.from = Side::server, .bytes = answer, .wire_length = answer.size()}};
  seen.exchange = {
      .transport = transport, .client = question, .server = answer, .messages = seen.messages};
  return recognize(seen, nullptr);
}

// Four zeros are all that gdomap says where it knows no name; it is no more than likely then.
bool may_name(const Recognition& found, Bytes answer) {
  return found.protocol() == "gdomap" && answer == "\0\0\0\0"_b &&
         found.match.certainty == Certainty::likely;
}

TEST(AnswersOfStrangers, NameNobody) {
  for (const Recognizer* asking : all_recognizers()) {
    for (const Transport transport : {Transport::tcp, Transport::udp}) {
      if (asking->hello.bytes.empty() || !contains(asking->transports, transport)) continue;
      for (const Bytes answer : answers) {
        const Recognition found = recognize_answer(*asking, transport, answer);
        EXPECT_TRUE(!found.named() || may_name(found, answer))
            << asking->name << " is answered " << ::testing::PrintToString(std::string(answer))
            << ", which is taken for " << found.protocol();
      }
    }
  }
}

}  // namespace
}  // namespace oddport
