// Twenty protocols that do not exist, for the tests of families: binary and text, with and without magic, lengths, and order.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "classify/exchange.h"

namespace oddport::samples {

struct MadeUpFlow {
  std::size_t protocol = 0;
  std::string client;
  std::string server;
  bool server_first = false;
};

class MadeUpProtocols {
 public:
  static constexpr std::size_t count = 20;

  explicit MadeUpProtocols(std::uint64_t seed) : engine_(seed) {}

  MadeUpFlow make(std::size_t protocol) {
    MadeUpFlow flow = said(protocol);
    flow.protocol = protocol;
    return flow;
  }
  std::size_t number(std::size_t low, std::size_t high) {
    return low + static_cast<std::size_t>(engine_() % (high - low + 1));
  }

 private:
  std::string bytes(std::size_t length) {
    std::string text;
    while (text.size() < length) text += static_cast<char>(engine_() & 0xff);
    return text;
  }
  std::string word(std::size_t length) {
    std::string text;
    while (text.size() < length) text += static_cast<char>('a' + number(0, 25));
    return text;
  }
  std::string decimal(std::size_t low, std::size_t high) {
    return std::to_string(number(low, high));
  }
  static std::string big(std::uint64_t value, int width) {
    std::string text;
    for (int i = width - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
  }
  static std::string little(std::uint64_t value, int width) {
    const std::string text = big(value, width);
    return {text.rbegin(), text.rend()};
  }
  static std::string counted(const std::string& body) { return big(body.size(), 4) + body; }
  static std::string counted_all(const std::string& body) {
    return little(body.size() + 2, 2) + body;
  }
  std::string hex_word() {
    std::string text;
    while (text.size() < 8) text += "0123456789abcdef"[number(0, 15)];
    return text;
  }

  MadeUpFlow said(std::size_t protocol) {
    using namespace std::string_literals;
    switch (protocol) {
      case 0:
        return {0, "ZQX1" + bytes(number(8, 60)), "ZQXR" + bytes(number(8, 40))};
      case 1:
        return {0, counted("\x11\x02" + bytes(number(10, 80))),
                counted("\x11\x82" + bytes(number(10, 80)))};
      case 2:
        return {0, "GREET " + word(number(3, 9)) + " " + decimal(1, 999) + "\r\n",
                "+WELCOME " + word(5) + "\r\n"};
      case 3:
        return {0, "OPEN|" + word(6) + "|" + decimal(1, 9) + "\n",
                "DONE|" + decimal(100, 999) + "\n"};
      case 4:
        return {0, "\x02" + word(number(4, 12)) + "\x03" + bytes(1), "\x06"};
      case 5:
        return {0, counted_all(bytes(number(20, 90))), counted_all(bytes(number(20, 90)))};
      case 6:
        return {0, "\0\5\0\1"s + little(number(1, 1000), 4) + bytes(8),
                "\0\5\0\2"s + little(number(1, 1000), 4)};
      case 7:
        return {0, bytes(4) + "\xca\xfe" + big(number(1, 3), 2) + bytes(20),
                bytes(4) + "\xca\xff\0\0"s};
      case 8: {
        const std::string verbs[] = {"get", "put", "del"};
        return {0, "{\"op\":\"" + verbs[number(0, 2)] + "\",\"key\":\"" + word(8) + "\"}\n",
                "{\"ok\":true,\"n\":" + decimal(1, 99) + "}\n"};
      }
      case 9:
        return {0, "<q id=" + decimal(1, 99) + "/>", "<r>" + word(9) + "</r>"};
      case 10:
        return {0, word(8) + "\0"s + bytes(4), "kepler-7 ready\n", true};
      case 11:
        return {0, "USR " + word(5) + "\n", "220-vault " + decimal(1, 9) + "\n", true};
      case 12:
        return {0, bytes(48), bytes(96)};
      case 13:
        return {0, bytes(number(200, 500)), ""};
      case 14:
        return {0, "\xa5\x5a" + big(number(1, 5), 1) + "\x0c" + bytes(12), "\xa5\x5a\x80\0"s};
      case 15:
        return {0, "PING" + bytes(2) + "\0\0"s, "PONG" + bytes(2) + "\0\0"s};
      case 16:
        return {0, "\x7e" + bytes(number(6, 20)) + "\x7e", "\x7e" + bytes(6) + "\x7e"};
      case 17:
        return {0, hex_word() + " " + word(4) + " 0\r\n", "ok " + hex_word() + "\r\n"};
      case 18:
        return {0, "\1\0\0\0"s + little(1'769'860'800 + number(0, 99'999), 8) + bytes(16),
                "\2\0\0\0"s + bytes(4)};
      default:
        return {0, "", "#TEMP=" + decimal(10, 40) + ";HUM=" + decimal(10, 99) + "#\n", true};
    }
  }

  std::mt19937_64 engine_;
};

// All protocols, so many flows of each, in an order that mixes them.
inline std::vector<MadeUpFlow> mixed_flows(std::size_t of_each, std::uint64_t seed) {
  MadeUpProtocols protocols(seed);
  std::vector<MadeUpFlow> flows;
  for (std::size_t i = 0; i < of_each; ++i)
    for (std::size_t protocol = 0; protocol < MadeUpProtocols::count; ++protocol)
      flows.push_back(protocols.make(protocol));
  for (std::size_t i = flows.size(); i > 1; --i)
    std::swap(flows[i - 1], flows[protocols.number(0, i - 1)]);
  return flows;
}

// The exchange refers to the flow and to `messages`.
inline Exchange exchange_of(const MadeUpFlow& flow, std::vector<Message>& messages) {
  Exchange exchange{
      .transport = Transport::tcp, .client = flow.client, .server = flow.server, .messages = {}};
  const Side first = flow.server_first ? Side::server : Side::client;
  messages.clear();
  for (const Side side : {first, other(first)})
    if (const Bytes said = exchange.said(side); !said.empty())
      messages.push_back({.from = side, .bytes = said, .wire_length = said.size()});
  exchange.messages = messages;
  return exchange;
}

}  // namespace oddport::samples
