#include "probe/cookie.h"

#include <bit>

namespace oddport {
namespace {

struct State {
  std::uint64_t v0;
  std::uint64_t v1;
  std::uint64_t v2;
  std::uint64_t v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

}  // namespace

std::uint64_t siphash(const CookieKey& key, std::span<const std::uint64_t> words) {
  State state{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
              key[1] ^ 0x7465646279746573};
  for (const std::uint64_t word : words) state.absorb(word);
  state.absorb(static_cast<std::uint64_t>(words.size() * 8 % 256) << 56);
  state.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

std::uint64_t cookie_of(const CookieKey& key, const Target& target, std::uint16_t source_port) {
  const std::uint64_t ports = std::uint64_t{target.port} | std::uint64_t{source_port} << 16 |
                              static_cast<std::uint64_t>(target.transport) << 32;
  return siphash(key, std::array{target.host.high(), target.host.low(), ports});
}

}  // namespace oddport
