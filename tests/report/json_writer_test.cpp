#include "report/json_writer.h"

#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

namespace oddport {
namespace {

TEST(JsonWriter, WritesEverySortOfMember) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.token("word", "plain");
  json.text("text", "a \"quoted\" one");
  json.text_or_null("nothing", "");
  json.number("most", UINT64_MAX);
  json.seconds("mean", 1.5);
  json.boolean("yes", true);
  json.begin_array("list");
  json.element("one");
  json.element("two");
  json.end_array();
  json.begin_array("objects");
  json.begin_element();
  json.number("n", 1);
  json.end_object();
  json.begin_element();
  json.end_object();
  json.end_array();
  json.begin_object("inner");
  json.end_object();
  json.key("raw") += "[1]";
  json.end_object();
  EXPECT_EQ(
      out,
      R"({"word":"plain","text":"a \"quoted\" one","nothing":null,"most":18446744073709551615,)"
      R"("mean":1.500000,"yes":true,"list":["one","two"],"objects":[{"n":1},{}],"inner":{},)"
      R"("raw":[1]})");
}

TEST(JsonWriter, GoesOnBehindWhatTheStringHolds) {
  std::string out = "first\n";
  JsonWriter json(out);
  json.begin_object();
  json.end_object();
  EXPECT_EQ(out, "first\n{}");
}

// Longer than what is gathered in place, and in every position to its end.
TEST(JsonWriter, TakesMembersOfAnyLength) {
  for (std::size_t size = 0; size < 1200; size += 7) {
    const std::string name(1 + size % 90, 'n');
    std::string out;
    JsonWriter json(out);
    nlohmann::ordered_json expected = nlohmann::ordered_json::object();
    json.begin_object();
    for (std::size_t n = 0; n < 4; ++n) {
      const std::string key = name + std::to_string(n);
      const std::string value(size + n, 'v');
      json.token(key, value);
      expected[key] = value;
    }
    json.number("last", size);
    expected["last"] = size;
    json.end_object();
    ASSERT_EQ(out, expected.dump());
  }
}

}  // namespace
}  // namespace oddport
