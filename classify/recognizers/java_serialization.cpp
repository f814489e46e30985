// Bare streams of Java objects, as many programs of one's own exchange them.
//
// Java Object Serialization Specification, section 6. Stream: ac ed, version 5, then objects: 70 null, 72 class, 73 object (of class 72:
// length (2) and name), 74 string, 75 array, 76 class, 77 block of data, 7b exception, 7c long string, 7e enumeration.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

// "java.util.HashMap", "[Ljava.lang.Object;", "[B"
bool is_class(Bytes name) {
  const auto belongs = [](char c) {
    return is_letter(static_cast<unsigned char>(c)) || is_digit(static_cast<unsigned char>(c)) ||
           c == '.' || c == '_' || c == '$' || c == '[' || c == ';';
  };
  return !name.empty() && std::ranges::all_of(name, belongs);
}

Fit read_side(Bytes bytes, Bytes& name) {
  ByteReader reader{bytes};
  reader.accept("\xac\xed\0\5"_b);
  if (!reader) return Fit::alien;
  // The stream's head is sent as soon as it is made, before any object.
  if (reader.at_end()) return Fit::fits;
  const std::uint8_t tag = reader.u8();
  if (tag < 0x70 || tag > 0x7e) return Fit::alien;
  if (tag == 0x77) return reader.u8() <= reader.remaining() ? Fit::proves : Fit::alien;
  if (tag == 0x74) {
    const Bytes text = reader.take(reader.u16());
    return reader && is_text(text) ? Fit::proves : Fit::fits;
  }
  const bool has_class =
      (tag == 0x73 || tag == 0x75 || tag == 0x76 || tag == 0x7e) && reader.accept("\x72");
  if (!has_class) return reader ? Fit::fits : Fit::alien;
  name = reader.take(reader.u16());
  return reader && is_class(name) ? Fit::proves : Fit::alien;
}

Match recognize_java_serialization(const Exchange& seen) {
  Bytes client;
  Bytes server;
  const auto [asks, answers] = judge_streams(seen, read_side, client, server);
  const Certainty certainty = weigh(seen, asks, answers);
  const Bytes name = client.empty() ? server : client;
  if (name.empty()) return answer(certainty, "a stream of Java objects");
  return answer(certainty, "a stream of Java objects, the first of {}", Printable{name});
}

constexpr Bytes object =
    "\xac\xed\0\5\x73\x72\0\x11java.util.HashMap\5\7\xda\xc1\xc3\x16\x60\xd1\3\0\2"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "an object", .client = object},
    {.about = "both sides begin", .client = "\xac\xed\0\5"_b, .server = "\xac\xed\0\5\x70"_b},
    {.about = "a string", .server = "\xac\xed\0\5\x74\0\5hello"_b, .first = Side::server},
    {.about = "the head alone", .client = "\xac\xed\0\5"_b, .expect = Certainty::likely},
    {.about = "version 4", .client = "\xac\xed\0\4\x74\0\5hello"_b, .expect = Certainty::none},
    {.about = "a class that is none",
     .client = "\xac\xed\0\5\x73\x72\0\x04\1\2\3\4"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = object,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer java_serialization;
constinit const Recognizer java_serialization{
    .name = "java-serialization",
    .title = "serialized Java objects",
    .hello = {.about = "nothing: an object would be read by a program that is not known"},
    .reference = "Java Object Serialization Specification, section 6",
    .opens = {.client = ByteSet::of("\xac"), .server = ByteSet::of("\xac")},
    .judge = recognize_java_serialization,
    .examples = examples,
};

}  // namespace oddport::recognizers
