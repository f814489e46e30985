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

// A web server has an answer for every path, and not only for those that it knows.
constexpr auto web_answers = std::to_array<Bytes>({
    "HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: "
    "12\r\n\r\n<html></html",
    "HTTP/1.0 404 Not Found\r\nContent-Language: en\r\nContent-Type: text/html; "
    "charset=utf-8\r\nServer: CUPS/2.4\r\n\r\n",
    "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: "
    "12\r\n\r\n<html></html",
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n",
    "HTTP/1.1 204 No Content\r\n\r\n",
    "HTTP/1.1 301 Moved Permanently\r\nLocation: https://www.example.org/\r\n\r\n",
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n400 Bad "
    "Request",
    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n",
    "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\n\r\n",
    "HTTP/1.1 500 Internal Server Error\r\n\r\n",
    "HTTP/1.1 501 Not Implemented\r\n\r\n",
});

TEST(AnswersOfStrangers, OfTheWebNameHttpAlone) {
  for (const Recognizer* asking : all_recognizers()) {
    if (asking->hello.bytes.empty() || !contains(asking->transports, Transport::tcp)) continue;
    for (const Bytes answer : web_answers) {
      const Recognition found = recognize_answer(*asking, Transport::tcp, answer);
      EXPECT_TRUE(!found.named() || found.protocol() == "http")
          << asking->name << " is answered " << ::testing::PrintToString(std::string(answer))
          << ", which is taken for " << found.protocol();
    }
  }
}

TEST(AnswersOfStrangers, AreNotThoseOfAKeyServer) {
  for (const Bytes body :
       {"info:1:1\npub:1234:1:2048:1:::\n"_b, "<title>OpenPGP Key Server</title>"_b,
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"_b}) {
    const std::string answer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + std::string(body);
    EXPECT_EQ(recognize_answer(*find_recognizer("hkp"), Transport::tcp, answer).protocol(), "hkp")
        << body;
  }
}

// A DNS server hands back what it does not understand as well, with a few bits of the third and fourth octet changed (RFC 1035,
// section 4.1.1: QR, RA, RCODE). It may be named for that, or nobody.
TEST(AnswersOfStrangers, ThatAreNearlyTheQuestionNameNobodyElse) {
  constexpr unsigned char answered = 0x80;
  for (const Recognizer* asking : all_recognizers()) {
    if (asking->hello.bytes.size() < 4 || !contains(asking->transports, Transport::udp)) continue;
    for (const unsigned code : {1u, 4u, 5u}) {
      std::string answer(asking->hello.bytes);
      answer[2] = static_cast<char>(static_cast<unsigned char>(answer[2]) | answered);
      answer[3] = static_cast<char>((static_cast<unsigned char>(answer[3]) & 0xf0u) | code);
      const Recognition found = recognize_answer(*asking, Transport::udp, answer);
      if (asking->name == "dns") {
        EXPECT_EQ(found.protocol(), "dns") << code;
      }
      EXPECT_TRUE(!found.named() || found.protocol() == "dns")
          << asking->name << " is answered nearly with its question, which is taken for "
          << found.protocol();
    }
  }
}

}  // namespace
}  // namespace oddport
