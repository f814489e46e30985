#include "cli/question.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <span>
#include <utility>

#include "classify/talk_builder.h"
#include "cli/encoded_bytes.h"
#include "cli/input_lines.h"

namespace oddport {

namespace {

namespace json = simdjson::ondemand;

static_assert(InputLines::padding >= simdjson::SIMDJSON_PADDING);

// Beyond what any conversation has; sums of two stay far from the type's end.
constexpr std::uint64_t most_traffic = std::uint64_t{1} << 53;
constexpr std::uint64_t most_wire_length = std::uint64_t{1} << 32;

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

// Exactly so many digits at the front of the text, which then lie behind.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  int value = 0;
  if (text.size() < count || text.find_first_not_of("0123456789") < count ||
      !parse_number(text.substr(0, count), value))
    return std::nullopt;
  text.remove_prefix(count);
  return value;
}

bool take_character(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// ".25": nanoseconds; digits beyond the ninth are dropped.
std::optional<Time> take_fraction(std::string_view& text) {
  if (!take_character(text, ".")) return 0;
  const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
  if (count == 0) return std::nullopt;
  Time value = 0;
  for (std::size_t i = 0; i < 9; ++i) value = value * 10 + (i < count ? text[i] - '0' : 0);
  text.remove_prefix(count);
  return value;
}

// "Z" or "+01:30": seconds east of UTC.
std::optional<Time> take_zone(std::string_view& text) {
  if (take_character(text, "Zz")) return 0;
  const bool west = !text.empty() && text.front() == '-';
  if (!take_character(text, "+-")) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23 || !take_character(text, ":")) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const Time seconds = (Time{*hours} * 60 + *minutes) * 60;
  return west ? -seconds : seconds;
}

// RFC 3339, section 5.6, in the years that nanoseconds in 64 bits can hold.
std::optional<Time> parse_time(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || *year < 1678 || *year > 2261 || !take_character(text, "-")) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take_character(text, "-")) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !take_character(text, "Tt ")) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  const auto hour = take_digits(text, 2);
  if (!date.ok() || !hour || *hour > 23 || !take_character(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take_character(text, ":")) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 60) return std::nullopt;
  const auto fraction = take_fraction(text);
  const auto zone = take_zone(text);
  if (!fraction || !zone || !text.empty()) return std::nullopt;
  const Time days = std::chrono::sys_days(date).time_since_epoch().count();
  const Time seconds = days * 86400 + Time{*hour} * 3600 + Time{*minute} * 60 + *second - *zone;
  return seconds * 1'000'000'000 + *fraction;
}

using Decode = bool (*)(std::string_view, std::string&);

bool decode_text(std::string_view text, std::string& bytes) {
  bytes += text;
  return true;
}

constexpr std::size_t index_of(Side side) { return static_cast<std::size_t>(side); }

// What a question says, before it is all there and can be put together.
struct Told {
  std::optional<Transport> transport;
  std::optional<std::uint16_t> port;  // of the member "port"
  std::optional<Side> first;
  bool has_messages = false;
  bool has_last = false;
  bool one_sided = false;
  std::array<bool, 2> has_side{};
  std::array<bool, 2> from_start{true, true};
  std::array<std::optional<std::uint64_t>, 2> packets{};
  std::array<std::optional<std::uint64_t>, 2> bytes{};
};

struct ToldMessage {
  std::optional<Side> from;
  std::optional<std::uint64_t> wire_length;
  bool has_bytes = false;
};

// The values that a member holds where its kind is clear, or words about what it should have been.
struct Expectation {
  std::string_view key;
  std::string_view wanted;
};

}  // namespace

class QuestionReader::Implementation {
 public:
  bool read(std::string_view line, Observation& seen, QuestionFault& fault);

 private:
  using Self = Implementation;
  // A key of an object, and what reads its value; false where a fault was noted.
  struct Member {
    std::string_view key;
    bool (*take)(Self&, json::value&);
  };
  static const std::array<Member, 22> question_members;
  static const std::array<Member, 5> message_members;

  void clear();
  bool take_object(json::object object, std::span<const Member> members);
  bool take_document();

  bool take_port(json::value& value);
  bool take_transport(json::value& value);
  bool take_end(json::value& value, Endpoint& end);
  bool take_side(json::value& value, Side side, Decode decode);
  bool take_first(json::value& value);
  bool take_messages(json::value& value);
  bool take_message(json::value& value);
  bool take_from(json::value& value);
  bool take_message_bytes(json::value& value, Decode decode);
  bool take_wire_length(json::value& value);
  bool take_flag(json::value& value, bool& flag);
  bool take_roles(json::value& value);
  bool take_time(json::value& value, Time& time);
  bool take_source(json::value& value);
  bool take_file(json::value& value);
  bool take_counts(json::value& value, std::array<std::optional<std::uint64_t>, 2>& counts);

  bool put_together();
  void add_sides();
  void count_traffic(Side side, Traffic& traffic) const;

  bool text_of(json::value& value, Expectation expected, std::string_view& text);
  bool number_of(json::value& value, std::uint64_t most, Expectation expected,
                 std::uint64_t& number);
  bool side_of(json::value& value, std::string_view key, std::optional<Side>& side);
  bool object_of(json::value& value, std::string_view key, json::object& object);
  bool complain(std::string what);
  bool complain_of(Expectation expected);

  json::parser parser_;
  json::document document_;
  bool is_read_ = false;  // the document is this line's
  std::string_view line_;
  Observation* seen_ = nullptr;
  QuestionFault* fault_ = nullptr;
  Told told_;
  ToldMessage message_;
  TalkBuilder talk_;
  std::array<std::string, 2> side_bytes_;  // of the members client, server and their kin
  std::string message_bytes_;
  std::string file_;
};

const std::array<QuestionReader::Implementation::Member, 22>
    QuestionReader::Implementation::question_members = {{
        {"port", [](Self& self, json::value& v) { return self.take_port(v); }},
        {"transport", [](Self& self, json::value& v) { return self.take_transport(v); }},
        {"server", [](Self& self, json::value& v) { return self.take_end(v, self.seen_->server); }},
        {"client", [](Self& self, json::value& v) { return self.take_end(v, self.seen_->client); }},
        {"server_base64",
         [](Self& self, json::value& v) {
           return self.take_side(v, Side::server, append_from_base64);
         }},
        {"client_base64",
         [](Self& self, json::value& v) {
           return self.take_side(v, Side::client, append_from_base64);
         }},
        {"server_hex",
         [](Self& self, json::value& v) {
           return self.take_side(v, Side::server, append_from_hex);
         }},
        {"client_hex",
         [](Self& self, json::value& v) {
           return self.take_side(v, Side::client, append_from_hex);
         }},
        {"server_text",
         [](Self& self, json::value& v) { return self.take_side(v, Side::server, decode_text); }},
        {"client_text",
         [](Self& self, json::value& v) { return self.take_side(v, Side::client, decode_text); }},
        {"messages", [](Self& self, json::value& v) { return self.take_messages(v); }},
        {"first", [](Self& self, json::value& v) { return self.take_first(v); }},
        {"one_sided",
         [](Self& self, json::value& v) { return self.take_flag(v, self.told_.one_sided); }},
        {"client_from_start",
         [](Self& self, json::value& v) { return self.take_flag(v, self.told_.from_start[0]); }},
        {"server_from_start",
         [](Self& self, json::value& v) { return self.take_flag(v, self.told_.from_start[1]); }},
        {"roles", [](Self& self, json::value& v) { return self.take_roles(v); }},
        {"time", [](Self& self, json::value& v) { return self.take_time(v, self.seen_->first); }},
        {"last",
         [](Self& self, json::value& v) {
           self.told_.has_last = true;
           return self.take_time(v, self.seen_->last);
         }},
        {"source", [](Self& self, json::value& v) { return self.take_source(v); }},
        {"file", [](Self& self, json::value& v) { return self.take_file(v); }},
        {"packets",
         [](Self& self, json::value& v) { return self.take_counts(v, self.told_.packets); }},
        {"bytes", [](Self& self, json::value& v) { return self.take_counts(v, self.told_.bytes); }},
    }};

const std::array<QuestionReader::Implementation::Member, 5>
    QuestionReader::Implementation::message_members = {{
        {"from", [](Self& self, json::value& v) { return self.take_from(v); }},
        {"base64",
         [](Self& self, json::value& v) { return self.take_message_bytes(v, append_from_base64); }},
        {"hex",
         [](Self& self, json::value& v) { return self.take_message_bytes(v, append_from_hex); }},
        {"text",
         [](Self& self, json::value& v) { return self.take_message_bytes(v, decode_text); }},
        {"wire_length", [](Self& self, json::value& v) { return self.take_wire_length(v); }},
    }};

bool QuestionReader::Implementation::read(std::string_view line, Observation& seen,
                                          QuestionFault& fault) {
  line_ = line;
  seen_ = &seen;
  fault_ = &fault;
  clear();
  return take_document() && put_together();
}

void QuestionReader::Implementation::clear() {
  *fault_ = {};
  told_ = {};
  talk_.clear();
  for (std::string& bytes : side_bytes_) bytes.clear();
  file_.clear();
  seen_->source = Source::capture;
  seen_->origin = {};
  seen_->transport = Transport::tcp;
  seen_->client = seen_->server = {};
  seen_->basis = RoleBasis::handshake;
  seen_->first = seen_->last = 0;
  seen_->rhythm = {};
}

bool QuestionReader::Implementation::take_document() {
  const simdjson::padded_string_view padded(line_.data(), line_.size(),
                                            line_.size() + InputLines::padding);
  const auto error = parser_.iterate(padded).get(document_);
  is_read_ = error == simdjson::SUCCESS;
  if (!is_read_) return complain(fmt::format("is not JSON: {}", simdjson::error_message(error)));
  json::object object;
  if (document_.get_object().get(object) != simdjson::SUCCESS)
    return complain("is not a JSON object");
  if (!take_object(object, question_members)) return false;
  const char* rest = nullptr;
  return document_.current_location().get(rest) != simdjson::SUCCESS ||
         complain("something follows the object");
}

bool QuestionReader::Implementation::take_object(json::object object,
                                                 std::span<const Member> members) {
  std::uint32_t known = 0;  // a bit for each member that was there
  for (auto item : object) {
    json::field field;
    std::string_view key;
    if (std::move(item).get(field) != simdjson::SUCCESS ||
        field.unescaped_key().get(key) != simdjson::SUCCESS)
      return complain("is not JSON");
    const auto member = std::ranges::find(members, key, &Member::key);
    if (member == members.end()) return complain(fmt::format("unknown member \"{}\"", key));
    const std::uint32_t bit = std::uint32_t{1} << (member - members.begin());
    if ((known & bit) != 0) return complain(fmt::format("member \"{}\" stands there twice", key));
    known |= bit;
    if (!member->take(*this, field.value())) return false;
  }
  return true;
}

bool QuestionReader::Implementation::take_port(json::value& value) {
  constexpr Expectation expected = {"port",
                                    "a number of 0 to 65535, or a text such as \"596/tcp\""};
  json::json_type type{};
  std::uint16_t port = 0;
  if (value.type().get(type) != simdjson::SUCCESS) return complain_of(expected);
  if (type == json::json_type::string) {
    Transport transport{};
    std::string_view text;
    if (!text_of(value, expected, text)) return false;
    if (!parse_port_and_transport(text, port, transport)) return complain_of(expected);
    if (told_.transport && *told_.transport != transport)
      return complain("\"port\" and \"transport\" contradict each other");
    told_.transport = transport;
  } else {
    std::uint64_t number = 0;
    if (!number_of(value, 65535, expected, number)) return false;
    port = static_cast<std::uint16_t>(number);
  }
  told_.port = port;
  return true;
}

bool QuestionReader::Implementation::take_transport(json::value& value) {
  constexpr Expectation expected = {"transport", "\"tcp\" or \"udp\""};
  std::string_view text;
  if (!text_of(value, expected, text)) return false;
  if (text != "tcp" && text != "udp") return complain_of(expected);
  const Transport transport = text == "tcp" ? Transport::tcp : Transport::udp;
  if (told_.transport && *told_.transport != transport)
    return complain("\"port\" and \"transport\" contradict each other");
  told_.transport = transport;
  return true;
}

bool QuestionReader::Implementation::take_end(json::value& value, Endpoint& end) {
  json::object object;
  if (!object_of(value, "an end", object)) return false;
  for (auto item : object) {
    json::field field;
    std::string_view key;
    if (std::move(item).get(field) != simdjson::SUCCESS ||
        field.unescaped_key().get(key) != simdjson::SUCCESS)
      return complain("is not JSON");
    if (key == "ip") {
      std::string_view text;
      if (!text_of(field.value(), {"ip", "an address"}, text)) return false;
      const auto ip = IpAddress::parse(text);
      if (!ip) return complain(fmt::format("\"{}\" is no IPv4 or IPv6 address", text));
      end.ip = *ip;
    } else if (key == "port") {
      std::uint64_t port = 0;
      if (!number_of(field.value(), 65535, {"port", "a number of 0 to 65535"}, port)) return false;
      end.port = static_cast<std::uint16_t>(port);
    } else {
      return complain(
          fmt::format("unknown member \"{}\" of an end: it has \"ip\" and \"port\"", key));
    }
  }
  return true;
}

bool QuestionReader::Implementation::take_side(json::value& value, Side side, Decode decode) {
  const std::string_view word = side == Side::client ? "client" : "server";
  if (told_.has_side[index_of(side)])
    return complain(fmt::format("the bytes of the {} stand there twice", word));
  told_.has_side[index_of(side)] = true;
  std::string_view text;
  if (!text_of(value, {word, "a text"}, text)) return false;
  if (!decode(text, side_bytes_[index_of(side)]))
    return complain(fmt::format("the bytes of the {} are no {}", word,
                                decode == append_from_hex ? "hexadecimal digits" : "base 64"));
  return true;
}

bool QuestionReader::Implementation::take_first(json::value& value) {
  return side_of(value, "first", told_.first);
}

bool QuestionReader::Implementation::take_messages(json::value& value) {
  told_.has_messages = true;
  json::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS)
    return complain_of({"messages", "an array of objects"});
  for (auto item : array) {
    json::value element;
    if (item.get(element) != simdjson::SUCCESS) return complain("is not JSON");
    if (!take_message(element)) return false;
  }
  return true;
}

bool QuestionReader::Implementation::take_message(json::value& value) {
  message_ = {};
  message_bytes_.clear();
  json::object object;
  if (!object_of(value, "a message", object) || !take_object(object, message_members)) return false;
  if (!message_.from) return complain("a message does not say whom it is \"from\"");
  if (!message_.has_bytes)
    return complain("a message has no bytes: \"base64\", \"hex\" or \"text\"");
  const std::uint64_t length = message_.wire_length.value_or(message_bytes_.size());
  if (length < message_bytes_.size())
    return complain("\"wire_length\" is less than the bytes of the message");
  talk_.add(*message_.from, message_bytes_, length);
  return true;
}

bool QuestionReader::Implementation::take_from(json::value& value) {
  return side_of(value, "from", message_.from);
}

bool QuestionReader::Implementation::take_message_bytes(json::value& value, Decode decode) {
  if (message_.has_bytes) return complain("the bytes of a message stand there twice");
  message_.has_bytes = true;
  std::string_view text;
  if (!text_of(value, {"a message", "bytes in a text"}, text)) return false;
  if (!decode(text, message_bytes_))
    return complain(fmt::format("the bytes of a message are no {}",
                                decode == append_from_hex ? "hexadecimal digits" : "base 64"));
  return true;
}

bool QuestionReader::Implementation::take_wire_length(json::value& value) {
  std::uint64_t length = 0;
  if (!number_of(value, most_wire_length, {"wire_length", "a number of bytes"}, length))
    return false;
  message_.wire_length = length;
  return true;
}

bool QuestionReader::Implementation::take_flag(json::value& value, bool& flag) {
  if (value.get_bool().get(flag) != simdjson::SUCCESS)
    return complain("a flag is neither true nor false");
  return true;
}

bool QuestionReader::Implementation::take_roles(json::value& value) {
  constexpr Expectation expected = {"roles", "\"known\" or \"guessed\""};
  std::string_view text;
  if (!text_of(value, expected, text)) return false;
  if (text != "known" && text != "guessed") return complain_of(expected);
  seen_->basis = text == "known" ? RoleBasis::handshake : RoleBasis::first_packet;
  return true;
}

bool QuestionReader::Implementation::take_time(json::value& value, Time& time) {
  constexpr Expectation expected = {"time", "a time such as 2026-01-31T12:00:00.25Z"};
  std::string_view text;
  if (!text_of(value, expected, text)) return false;
  const auto parsed = parse_time(text);
  if (!parsed) return complain_of(expected);
  time = *parsed;
  return true;
}

bool QuestionReader::Implementation::take_source(json::value& value) {
  constexpr Expectation expected = {"source", "\"capture\", \"probe\" or \"host\""};
  std::string_view text;
  if (!text_of(value, expected, text)) return false;
  if (text == "capture") {
    seen_->source = Source::capture;
  } else if (text == "probe") {
    seen_->source = Source::probe;
  } else if (text == "host") {
    seen_->source = Source::host;
  } else {
    return complain_of(expected);
  }
  return true;
}

bool QuestionReader::Implementation::take_file(json::value& value) {
  std::string_view text;
  if (!text_of(value, {"file", "a text"}, text)) return false;
  file_ = text;
  return true;
}

bool QuestionReader::Implementation::take_counts(
    json::value& value, std::array<std::optional<std::uint64_t>, 2>& counts) {
  json::object object;
  if (!object_of(value, "a count by side", object)) return false;
  for (auto item : object) {
    json::field field;
    std::string_view key;
    if (std::move(item).get(field) != simdjson::SUCCESS ||
        field.unescaped_key().get(key) != simdjson::SUCCESS)
      return complain("is not JSON");
    if (key != "client" && key != "server")
      return complain(fmt::format("unknown member \"{}\" of a count by side", key));
    std::uint64_t number = 0;
    if (!number_of(field.value(), most_traffic, {key, "a number of packets or bytes"}, number))
      return false;
    counts[key == "client" ? 0 : 1] = number;
  }
  return true;
}

bool QuestionReader::Implementation::put_together() {
  Observation& seen = *seen_;
  if (!told_.transport)
    return complain("neither \"transport\" nor a \"port\" such as \"596/tcp\" is there");
  seen.transport = *told_.transport;
  if (told_.port) {
    if (seen.server.port != 0 && seen.server.port != *told_.port)
      return complain("\"port\" and the server's port contradict each other");
    seen.server.port = *told_.port;
  }
  if (seen.server.port == 0 && seen.client.port == 0)
    return complain("no port: give \"port\", or that of \"server\" or \"client\"");
  if (told_.has_messages && (told_.has_side[0] || told_.has_side[1]))
    return complain("\"messages\" and bytes of a whole side exclude each other");
  if (seen.first == 0 && told_.has_last) seen.first = seen.last;
  if (!told_.has_last) seen.last = seen.first;
  if (seen.last < seen.first) return complain("\"last\" is earlier than \"time\"");
  add_sides();
  talk_.tell(seen);
  seen.exchange.client_from_start = told_.from_start[0];
  seen.exchange.server_from_start = told_.from_start[1];
  if (told_.one_sided) seen.exchange.one_sided = true;
  count_traffic(Side::client, seen.from_client);
  count_traffic(Side::server, seen.from_server);
  seen.origin = file_;
  return true;
}

void QuestionReader::Implementation::add_sides() {
  const Side first = told_.first.value_or(side_bytes_[0].empty() ? Side::server : Side::client);
  for (const Side side : {first, other(first)}) {
    const std::string& bytes = side_bytes_[index_of(side)];
    if (!bytes.empty()) talk_.add(side, bytes, bytes.size());
  }
}

void QuestionReader::Implementation::count_traffic(Side side, Traffic& traffic) const {
  // Fewer than are there would be a lie about the bytes that are shown.
  traffic.packets = std::max(traffic.packets, told_.packets[index_of(side)].value_or(0));
  traffic.bytes = std::max(traffic.bytes, told_.bytes[index_of(side)].value_or(0));
}

bool QuestionReader::Implementation::text_of(json::value& value, Expectation expected,
                                             std::string_view& text) {
  return value.get_string().get(text) == simdjson::SUCCESS || complain_of(expected);
}

bool QuestionReader::Implementation::number_of(json::value& value, std::uint64_t most,
                                               Expectation expected, std::uint64_t& number) {
  return (value.get_uint64().get(number) == simdjson::SUCCESS && number <= most) ||
         complain_of(expected);
}

bool QuestionReader::Implementation::side_of(json::value& value, std::string_view key,
                                             std::optional<Side>& side) {
  const Expectation expected = {key, "\"client\" or \"server\""};
  std::string_view text;
  if (!text_of(value, expected, text)) return false;
  if (text != "client" && text != "server") return complain_of(expected);
  side = text == "client" ? Side::client : Side::server;
  return true;
}

bool QuestionReader::Implementation::object_of(json::value& value, std::string_view key,
                                               json::object& object) {
  return value.get_object().get(object) == simdjson::SUCCESS ||
         complain(fmt::format("{} is no object", key));
}

// Where the reader stands is a little behind the fault, and close enough to find it.
bool QuestionReader::Implementation::complain(std::string what) {
  fault_->what = std::move(what);
  const char* at = nullptr;
  if (is_read_ && document_.current_location().get(at) == simdjson::SUCCESS && at >= line_.data() &&
      at <= line_.data() + line_.size())
    fault_->column = static_cast<std::size_t>(at - line_.data()) + 1;
  return false;
}

bool QuestionReader::Implementation::complain_of(Expectation expected) {
  return complain(fmt::format("\"{}\" is not {}", expected.key, expected.wanted));
}

QuestionReader::QuestionReader() : implementation_(std::make_unique<Implementation>()) {}
QuestionReader::~QuestionReader() = default;

bool QuestionReader::read(std::string_view line, Observation& seen, QuestionFault& fault) {
  return implementation_->read(line, seen, fault);
}

bool parse_port_and_transport(std::string_view text, std::uint16_t& port, Transport& transport) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || !parse_number(text.substr(0, slash), port)) return false;
  const std::string_view word = text.substr(slash + 1);
  transport = word == "udp" ? Transport::udp : Transport::tcp;
  return word == "tcp" || word == "udp";
}

}  // namespace oddport
