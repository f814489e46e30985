#include "classify/recognizers/quic_initial.h"

#include <algorithm>

#include "classify/recognizers/crypto.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint32_t version_1 = 1;
constexpr std::uint32_t version_2 = 0x6b3343cf;
constexpr std::size_t sample_size = 16;
constexpr std::size_t longest_header = 1200;

// Drafts 23 to 34, and what Facebook's servers spoke while they were drafts.
constexpr unsigned draft_of(std::uint32_t version) {
  if (version == 0xfaceb002) return 27;
  if (version == 0xfaceb00e) return 29;
  return version >> 8 == 0xff0000 ? version & 255u : 0;
}

constexpr Bytes salt_of(std::uint32_t version) {
  constexpr Bytes final_salt =
      "\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb\x7f\x0a";
  constexpr Bytes second_salt =
      "\x0d\xed\xe3\xde\xf7\x00\xa6\xdb\x81\x93\x81\xbe\x6e\x26\x9d\xcb\xf9\xbd\x2e\xd9"_b;
  constexpr Bytes salt_of_29 =
      "\xaf\xbf\xec\x28\x99\x93\xd2\x4c\x9e\x97\x86\xf1\x9c\x61\x11\xe0\x43\x90\xa8\x99";
  constexpr Bytes salt_of_23 =
      "\xc3\xee\xf7\x12\xc7\x2e\xbb\x5a\x11\xa7\xd2\x43\x2b\xb4\x63\x65\xbe\xf9\xf5\x02";
  if (version == version_1) return final_salt;
  if (version == version_2) return second_salt;
  const unsigned draft = draft_of(version);
  if (draft >= 33 && draft <= 34) return final_salt;
  if (draft >= 29) return draft <= 32 ? salt_of_29 : Bytes{};
  return draft >= 23 ? salt_of_23 : Bytes{};
}

// HKDF-Expand-Label of TLS 1.3, without a context, for as much as one digest holds: RFC 8446,
// section 7.1.
Sha256 expand_label(Bytes secret, Bytes label, std::size_t size) {
  std::array<char, 32> info{};
  std::size_t used = 0;
  const auto put = [&info, &used](Bytes part) {
    used += part.copy(info.data() + used, info.size() - used);
  };
  const std::array<char, 3> head{'\0', static_cast<char>(size),
                                 static_cast<char>(6 + label.size())};
  put({head.data(), head.size()});
  put("tls13 ");
  put(label);
  put("\0\x01"_b);
  return hmac_sha256(secret, {info.data(), used});
}

Bytes view(const Sha256& digest) { return {digest.data(), digest.size()}; }

template <std::size_t size>
std::array<char, size> first_of(const Sha256& digest) {
  std::array<char, size> part{};
  std::copy_n(digest.begin(), size, part.begin());
  return part;
}

// The header as it was before its protection: RFC 9001, section 5.4.
struct Header {
  std::array<char, longest_header> bytes{};
  std::size_t size = 0;
  std::uint32_t number = 0;
};

bool lay_open_header(const QuicKeys& keys, Bytes packet, std::size_t number_at, Header& header) {
  const Bytes sample = packet.substr(std::min(packet.size(), number_at + 4)).substr(0, sample_size);
  if (sample.size() < sample_size || number_at + 4 > header.bytes.size()) return false;
  const AesBlock mask = aes128_encrypt_block({keys.header.data(), keys.header.size()}, sample);
  packet.copy(header.bytes.data(), number_at + 4);
  header.bytes[0] = static_cast<char>(header.bytes[0] ^ (mask[0] & 0x0f));
  const std::size_t length = (static_cast<unsigned char>(header.bytes[0]) & 3u) + 1u;
  for (std::size_t n = 0; n < length; ++n) {
    char& byte = header.bytes[number_at + n];
    byte = static_cast<char>(byte ^ mask[n + 1]);
    header.number = header.number << 8 | static_cast<unsigned char>(byte);
  }
  header.size = number_at + length;
  return true;
}

}  // namespace

bool can_open_quic(std::uint32_t version) { return !salt_of(version).empty(); }

QuicKeys derive_quic_client_keys(std::uint32_t version, Bytes connection_id) {
  const bool second = version == version_2;
  const Sha256 initial = hmac_sha256(salt_of(version), connection_id);
  const Sha256 client = expand_label(view(initial), "client in", 32);
  const auto expand = [&client](Bytes label, std::size_t size) {
    return expand_label(view(client), label, size);
  };
  return {.key = first_of<16>(expand(second ? "quicv2 key" : "quic key", 16)),
          .iv = first_of<12>(expand(second ? "quicv2 iv" : "quic iv", 12)),
          .header = first_of<16>(expand(second ? "quicv2 hp" : "quic hp", 16))};
}

Bytes open_quic_packet(const QuicKeys& keys, Bytes packet, std::size_t number_at,
                       std::span<char> room) {
  Header header;
  if (!lay_open_header(keys, packet, number_at, header)) return {};
  std::array<char, 12> nonce = keys.iv;
  for (std::size_t n = 0; n < 4; ++n)
    nonce[11 - n] = static_cast<char>(nonce[11 - n] ^ static_cast<char>(header.number >> 8 * n));
  const std::size_t size =
      aes128_gcm_open({keys.key.data(), keys.key.size()}, {nonce.data(), nonce.size()},
                      {header.bytes.data(), header.size}, packet.substr(header.size), room);
  return {room.data(), size};
}

}  // namespace oddport::recognizers
