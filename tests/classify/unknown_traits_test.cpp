#include "classify/unknown_traits.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "classify/trait_words.h"

namespace oddport {
namespace {

// Who says what, in turns; of TCP both streams are made of them.
class Talk {
 public:
  explicit Talk(Transport transport = Transport::tcp) : transport_(transport) {}
  Talk& client(std::string bytes) { return say(Side::client, std::move(bytes)); }
  Talk& server(std::string bytes) { return say(Side::server, std::move(bytes)); }
  // The capture kept only so much of either side's stream.
  Talk& keep(std::size_t most) {
    kept_ = most;
    return *this;
  }

  UnknownTraits traits() const {
    Exchange exchange;
    std::vector<Message> messages;
    std::array<std::string, 2> streams;
    for (const auto& [side, bytes] : said_) {
      std::string& stream = streams[static_cast<std::size_t>(side)];
      const std::size_t room = kept_ - std::min(kept_, stream.size());
      messages.push_back({side, Bytes(bytes).substr(0, room), bytes.size()});
      if (transport_ == Transport::tcp || stream.empty()) stream += bytes.substr(0, room);
    }
    exchange.transport = transport_;
    exchange.messages = messages;
    exchange.client = streams[0];
    exchange.server = streams[1];
    UnknownTraits found = find_traits(exchange);
    // What refers to the streams ends with them.
    lines = trait_lines(found, rhythm);
    gist = trait_gist(found, rhythm);
    found.sides[0].lead = found.sides[1].lead = found.shared = {};
    return found;
  }
  SideTraits client() const { return traits().of(Side::client); }
  bool tells(std::string_view part) const {
    traits();
    for (const std::string& line : lines)
      if (line.find(part) != std::string::npos) return true;
    return false;
  }

  Rhythm rhythm;
  mutable std::vector<std::string> lines;
  mutable std::string gist;

 private:
  Talk& say(Side side, std::string bytes) {
    said_.emplace_back(side, std::move(bytes));
    return *this;
  }

  Transport transport_;
  std::size_t kept_ = 4096;
  std::vector<std::pair<Side, std::string>> said_;
};

std::string noise(std::size_t size, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

std::string number(std::size_t value, std::size_t width, bool big_endian) {
  std::string bytes;
  for (std::size_t n = 0; n < width; ++n)
    bytes += static_cast<char>(value >> (8 * (big_endian ? width - 1 - n : n)));
  return bytes;
}

TEST(UnknownTraits, MeasuresEntropyOnlyWhereItMeansSomething) {
  EXPECT_FALSE(Talk().client(noise(63)).client().entropy.has_value());
  EXPECT_NEAR(*Talk().client(std::string(64, 'x')).client().entropy, 0.0, 1e-9);
  std::string all;
  for (int c = 255; c >= 0; --c) all += static_cast<char>(c);
  EXPECT_NEAR(*Talk().client(all).client().entropy, 8.0, 1e-9);
  EXPECT_GT(*Talk().client(noise(4096)).client().entropy, 7.9);
  EXPECT_NEAR(Talk().client("ab\x01\x02").client().printable, 0.5, 1e-9);
}

TEST(UnknownTraits, TellsRandomBytesFromOthers) {
  int taken = 0;
  for (unsigned seed = 0; seed < 200; ++seed)
    for (const std::size_t size : {64u, 256u, 1500u})
      if (Talk().client(noise(size, seed)).client().random) ++taken;
  EXPECT_GE(taken, 590) << "of 600";
  std::string prose;
  for (int n = 0; n < 20; ++n) prose += "The quick brown fox jumps over the lazy dog. ";
  EXPECT_FALSE(Talk().client(prose).client().random);
  EXPECT_FALSE(Talk().client(std::string(1000, '\0')).client().random);
  std::string records;
  for (std::size_t n = 0; n < 60; ++n) records += number(n, 4, true) + number(n * 7, 4, true);
  EXPECT_FALSE(Talk().client(records).client().random);
  EXPECT_TRUE(Talk().client(noise(400)).tells("encrypted or compressed"));
}

TEST(UnknownTraits, FindsLengthFieldsOfMessages) {
  for (const std::size_t width : {1u, 2u, 4u}) {
    for (const bool big_endian : {true, false}) {
      for (const bool all : {true, false}) {
        for (const std::size_t offset : {0u, 3u, 8u}) {
          Talk talk(Transport::udp);
          for (const std::size_t body : {5u, 9u, 23u}) {
            const std::size_t head = offset + width;
            talk.client(std::string(offset, '\xee') +
                        number(all ? head + body : body, width, big_endian) + noise(body));
          }
          const auto length = talk.client().length;
          ASSERT_TRUE(length.has_value()) << width << ' ' << offset;
          EXPECT_EQ(length->offset, offset);
          EXPECT_EQ(length->width, width);
          EXPECT_EQ(length->counts_all, all);
          if (width > 1) {
            EXPECT_EQ(length->big_endian, big_endian);
          }
          EXPECT_EQ(length->pieces, 0u);
        }
      }
    }
  }
}

TEST(UnknownTraits, FindsLengthFieldsThatChainThroughAStream) {
  std::string stream;
  for (const std::size_t body : {40u, 7u, 300u})
    stream += "\x02" + number(body, 2, true) + noise(body);
  const auto length = Talk().client(stream).client().length;
  ASSERT_TRUE(length.has_value());
  EXPECT_EQ(length->offset, 1u);
  EXPECT_EQ(length->pieces, 3u);
  EXPECT_FALSE(Talk().client(stream + "x").client().length.has_value())
      << "it must end with a piece";
  EXPECT_TRUE(Talk().client(stream).keep(300).client().length.has_value())
      << "a cut may be anywhere";
  EXPECT_TRUE(Talk().client(stream).tells(
      "u16 big-endian at offset 1 counts the rest of each of 3 pieces of the stream"));
}

// DCE/RPC has a u16 at 8 with zeros before it, RADIUS one at 2 with noise behind it.
TEST(UnknownTraits, PrefersLengthFieldsThatAreAligned) {
  Talk rpc(Transport::udp);
  Talk radius(Transport::udp);
  for (const std::size_t size : {40u, 61u}) {
    rpc.client(std::string("\5\0\x0b\3\x10\0\0\0", 8) + number(size, 2, false) +
               number(size / 2, 2, false) + noise(size - 12));
    radius.client("\1" + noise(1, 7) + number(size, 2, true) + std::string(4, '\0') +
                  noise(size - 8));
  }
  const auto of_rpc = rpc.client().length;
  ASSERT_TRUE(of_rpc.has_value());
  EXPECT_EQ(of_rpc->offset, 8u);
  EXPECT_FALSE(of_rpc->big_endian);
  const auto of_radius = radius.client().length;
  ASSERT_TRUE(of_radius.has_value());
  EXPECT_EQ(of_radius->offset, 2u);
  EXPECT_EQ(of_radius->width, 2u);
}

TEST(UnknownTraits, FindsNoLengthInNoiseOrText) {
  int found = 0;
  for (unsigned seed = 0; seed < 500; ++seed) {
    Talk udp(Transport::udp);
    udp.client(noise(20 + seed % 40, seed)).client(noise(30 + seed % 50, seed + 9999));
    if (udp.client().length) ++found;
    if (Talk().client(noise(100 + seed, seed)).client().length) ++found;
  }
  EXPECT_LE(found, 2);
  EXPECT_FALSE(Talk().client("\tten bytes").server("x").client("\x0c fourteen").client().length);
  EXPECT_FALSE(Talk().client(std::string(512, '\0')).client().length);
}

TEST(UnknownTraits, FindsWhatMessagesShare) {
  Talk talk(Transport::udp);
  talk.client("\x53\x01\x07one\x1e").client("\x53\x01\x08three\x1e").client("\x53\x01\x09six\x1e");
  EXPECT_TRUE(talk.tells("client: each of 3 messages begins with 53 01"));
  EXPECT_TRUE(talk.tells("client: each of 3 messages ends with 1e"));
  EXPECT_FALSE(talk.tells("bytes\n"));
  EXPECT_TRUE(Talk().client("\x01go").server("?").client("\x01go").tells(
      "client: all 2 messages are alike"));
  EXPECT_EQ(Talk(Transport::udp)
                .client(noise(48, 1))
                .client(noise(48, 2))
                .client(noise(48, 3))
                .client()
                .unit_size,
            48u);
  EXPECT_TRUE(Talk().client("\xaa\xbb\x01").server("\xaa\xbb\x02").tells("both: begin with aa bb"));
  EXPECT_TRUE(
      Talk(Transport::udp).client("~q7 \x01z").client("~q7 \x02y").tells("begins with \"~q7 \""));
}

TEST(UnknownTraits, SeesAnEcho) {
  EXPECT_TRUE(Talk()
                  .client("ping 1\n")
                  .server("ping 1\n")
                  .client("ping 2\n")
                  .server("ping 2\n")
                  .traits()
                  .echo);
  EXPECT_FALSE(Talk().client("ping\n").server("pong\n").traits().echo);
  EXPECT_TRUE(Talk(Transport::udp)
                  .client("abcd")
                  .server("abcd")
                  .client("efgh")
                  .server("efgh")
                  .traits()
                  .echo);
  EXPECT_FALSE(Talk(Transport::udp)
                   .client("abcd")
                   .server("abcd")
                   .client("efgh")
                   .server("xxxx")
                   .traits()
                   .echo);
}

TEST(UnknownTraits, KnowsEncodings) {
  const auto of = [](std::string bytes) {
    return Talk().client(std::move(bytes)).client().encoding;
  };
  EXPECT_EQ(of("HELLO WORLD\r\n"), TextEncoding::ascii);
  EXPECT_EQ(of(std::string("user\0secret\0", 12)), TextEncoding::ascii_with_nuls);
  EXPECT_EQ(of("gr\xc3\xbc\xc3\x9f dich\n"), TextEncoding::utf8);
  EXPECT_EQ(of("gr\xfc\xdf dich, Welt\n"), TextEncoding::latin1);
  EXPECT_EQ(of(std::string("h\0e\0l\0l\0o\0!\0", 12)), TextEncoding::utf16_le);
  EXPECT_EQ(of(std::string("\0h\0e\0l\0l\0o\0!", 12)), TextEncoding::utf16_be);
  EXPECT_EQ(of("\xc8\xc5\xd3\xd3\xd6\x40\xe6\xd6\xd9\xd3\xc4\x15"), TextEncoding::ebcdic);
  EXPECT_EQ(of("\x01\x02\x03\x04"), TextEncoding::none);
  EXPECT_EQ(of("abc"), TextEncoding::none) << "too few";
  int named = 0;
  for (unsigned seed = 0; seed < 1000; ++seed)
    if (of(noise(16, seed)) != TextEncoding::none) ++named;
  EXPECT_EQ(named, 0);
}

TEST(UnknownTraits, KnowsLines) {
  const SideTraits crlf = Talk().client("a b\r\nc d\r\n").client();
  EXPECT_TRUE(crlf.lines && crlf.crlf);
  const SideTraits lf = Talk().client("a b\nc d\r\n").client();
  EXPECT_TRUE(lf.lines && !lf.crlf);
  EXPECT_FALSE(Talk().client("a b\nc d").client().lines);
}

TEST(UnknownTraits, KnowsContainers) {
  const auto of = [](std::string bytes) {
    return Talk().client(std::move(bytes)).client().packing;
  };
  EXPECT_EQ(of(std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10)), Packing::gzip);
  EXPECT_EQ(of("\x28\xb5\x2f\xfd\x04"), Packing::zstd);
  EXPECT_EQ(of(std::string("\xfd\x37zXZ\0", 6)), Packing::xz);
  EXPECT_EQ(of("\x04\x22\x4d\x18@"), Packing::lz4);
  EXPECT_EQ(of("BZh91AY&SY"), Packing::bzip2);
  EXPECT_EQ(of("\x78\x9c\xcb\x48\xcd\xc9\xc9\x07"), Packing::zlib);
  EXPECT_EQ(of("\x78\x9d\xcb\x48\xcd\xc9\xc9\x07"), Packing::none) << "wrong check bits";
  EXPECT_EQ(of("BZh9 is a text"), Packing::none);
  const SideTraits framed =
      Talk(Transport::udp)
          .client(number(10, 2, true) + std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10))
          .client(number(12, 2, true) + noise(12))
          .client();
  EXPECT_EQ(framed.packing, Packing::gzip);
  EXPECT_EQ(framed.packing_offset, 2u);
}

TEST(UnknownTraits, KnowsDataFormats) {
  const auto of = [](std::string bytes) {
    return Talk().client(std::move(bytes)).client().structure;
  };
  EXPECT_EQ(of(R"({"a":[1,-2.5e3,true,null,"x\"y"],"b":{}})"), Structure::json);
  EXPECT_EQ(of("[]\n"), Structure::json);
  EXPECT_EQ(of(R"({"a":[1,2}})"), Structure::none);
  EXPECT_EQ(of(R"({"a" 1})"), Structure::none);
  EXPECT_EQ(of("[a-z] is a class"), Structure::none);
  EXPECT_EQ(Talk().client(R"({"a":[1,2,{"long":"text"}]})").keep(20).client().structure,
            Structure::json);
  EXPECT_EQ(of(std::string(5000, '[')), Structure::none) << "deeper than anyone nests";
  EXPECT_EQ(of("<?xml version='1.0'?>\n<a/>"), Structure::xml);
  EXPECT_EQ(of("<stream:stream to='x'>"), Structure::xml);
  EXPECT_EQ(of("<34>a syslog line"), Structure::none);
  EXPECT_EQ(of(std::string("\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0", 14)),
            Structure::ber);
  EXPECT_EQ(of(std::string("\x30\x0d\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0", 14)),
            Structure::none);
  EXPECT_EQ(of("\x08\x96\x01\x12\x07testing\x18\x03"), Structure::protobuf);
  EXPECT_EQ(of("\x08\x96\x01\x12\x08testing\x18\x03"), Structure::none);
  int named = 0;
  for (unsigned seed = 0; seed < 2000; ++seed)
    if (of(noise(8 + seed % 60, seed)) != Structure::none) ++named;
  EXPECT_LE(named, 1);
}

TEST(UnknownTraits, TellTheGist) {
  Talk talk;
  for (unsigned n = 0; n < 4; ++n) {
    talk.client(number(72, 4, true) + noise(72, n));
    talk.server(number(40 + n, 4, true) + noise(40 + n, n + 50));
  }
  for (int n = 0; n < 12; ++n) talk.rhythm.add(std::int64_t{n} * 10'000'000'000);
  talk.traits();
  EXPECT_EQ(
      talk.gist,
      "encrypted or compressed by its statistics, framed by a u32 big-endian length at offset "
      "0, messages of 76 bytes (client), every 10.0 s");
  EXPECT_TRUE(talk.tells("opener: speaks every 10.0 s"));
  EXPECT_EQ(Talk().traits().of(Side::client).bytes, 0u);
}

}  // namespace
}  // namespace oddport
