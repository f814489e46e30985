// The cookie's hash against OpenSSL's, and what our ports tell.
#include "probe/cookie.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <vector>

#include "probe/source_ports.h"

namespace oddport {
namespace {

std::uint64_t siphash_of_openssl(const CookieKey& key, const std::vector<std::uint64_t>& words) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(
      EVP_MAC_fetch(nullptr, "SIPHASH", nullptr), EVP_MAC_free);
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(
      EVP_MAC_CTX_new(mac.get()), EVP_MAC_CTX_free);
  unsigned int size = 8;
  const std::array<OSSL_PARAM, 2> parameters{OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_SIZE, &size),
                                             OSSL_PARAM_construct_end()};
  std::array<unsigned char, 16> key_bytes{};
  std::memcpy(key_bytes.data(), key.data(), key_bytes.size());
  EXPECT_EQ(EVP_MAC_init(context.get(), key_bytes.data(), key_bytes.size(), parameters.data()), 1);
  EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(words.data()),
                 words.size() * 8);
  std::uint64_t result = 0;
  std::size_t length = 0;
  EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(&result), &length, sizeof result);
  EXPECT_EQ(length, 8u);
  return result;
}

TEST(Cookie, IsSipHash) {
  if (std::endian::native != std::endian::little) GTEST_SKIP() << "words are little-endian bytes";
  const CookieKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::vector<std::uint64_t> words;
  for (std::uint64_t i = 0; i < 5; ++i) {
    EXPECT_EQ(siphash(key, words), siphash_of_openssl(key, words)) << words.size();
    words.push_back(0x0123456789abcdef * (i + 1));
  }
}

TEST(Cookie, DiffersForEveryPartOfAProbe) {
  const CookieKey key{1, 2};
  const Target target{IpAddress::v4(0xc6120001), Transport::tcp, 513};
  const std::uint64_t cookie = cookie_of(key, target, 61000);
  EXPECT_EQ(cookie, cookie_of(key, target, 61000));
  EXPECT_NE(cookie, cookie_of(key, target, 61001));
  EXPECT_NE(cookie, cookie_of({1, 3}, target, 61000));
  EXPECT_NE(cookie, cookie_of(key, {target.host, Transport::tcp, 514}, 61000));
  EXPECT_NE(cookie, cookie_of(key, {target.host, Transport::udp, 513}, 61000));
  EXPECT_NE(cookie, cookie_of(key, {IpAddress::v4(0xc6120002), Transport::tcp, 513}, 61000));
}

TEST(SourcePorts, TellWhichAttemptAnAnswerIsTo) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const SourcePorts ports({seed << 32, seed}, 0);
    const Target tcp{IpAddress::v4(0xc6120001), Transport::tcp, 513};
    const Target udp{IpAddress::v4(0xc6120001), Transport::udp, 513};
    for (unsigned attempt = 0; attempt < 20; ++attempt) {
      const std::uint16_t of_tcp = ports.of(tcp, attempt);
      const std::uint16_t of_udp = ports.of(udp, attempt);
      EXPECT_EQ(ports.attempt_of(tcp, of_tcp).value_or(99) % 15, attempt % 15);
      EXPECT_EQ(ports.attempt_of(udp, of_udp), attempt % 4);
      for (const std::uint16_t port : {of_tcp, of_udp}) {
        EXPECT_GE(port, ports.lowest());
        EXPECT_LE(port, ports.highest());
      }
    }
    EXPECT_EQ(ports.attempt_of(tcp, ports.of(tcp, SourcePorts::echo)), SourcePorts::echo);
    EXPECT_FALSE(ports.attempt_of(tcp, 1024));
    EXPECT_FALSE(ports.attempt_of(udp, static_cast<std::uint16_t>(ports.of(udp, 0) - 1)));
  }
}

TEST(SourcePorts, KeepToAFixedOne) {
  const SourcePorts ports({1, 2}, 53);
  const Target target{IpAddress::v4(0xc6120001), Transport::udp, 513};
  EXPECT_EQ(ports.of(target, 3), 53);
  EXPECT_TRUE(ports.attempt_of(target, 53));
  EXPECT_FALSE(ports.attempt_of(target, 54));
  EXPECT_FALSE(ports.tells_attempts_apart());
}

}  // namespace
}  // namespace oddport
