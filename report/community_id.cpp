#include "report/community_id.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "report/record_fields.h"

namespace oddport {
namespace {

// The octets to be hashed: seed, both addresses, protocol, a zero octet, both ports; at most 40 for
// IPv6.
class HashInput {
 public:
  template <typename Integer>
  void add(Integer value) {
    for (std::size_t i = sizeof value; i-- > 0;) {
      octets_[size_++] = static_cast<unsigned char>(value >> (8 * i) & 0xff);
    }
  }
  void add(const IpAddress& ip) {
    if (ip.is_v4()) {
      add(ip.v4_value());
    } else {
      add(ip.high());
      add(ip.low());
    }
  }
  std::span<const unsigned char> octets() const { return std::span(octets_).first(size_); }

 private:
  std::array<unsigned char, 40> octets_{};
  std::size_t size_ = 0;
};

HashInput hash_input(Transport transport, const Endpoint& lower, const Endpoint& upper) {
  constexpr std::uint16_t seed = 0;
  constexpr std::uint8_t tcp = 6;  // IANA protocol numbers
  constexpr std::uint8_t udp = 17;
  HashInput input;
  input.add(seed);
  input.add(lower.ip);
  input.add(upper.ip);
  input.add(transport == Transport::tcp ? tcp : udp);
  input.add(std::uint8_t{0});
  input.add(lower.port);
  input.add(upper.port);
  return input;
}

}  // namespace

void CommunityId::FreeDigest::operator()(evp_md_st* digest) const { EVP_MD_free(digest); }
void CommunityId::FreeContext::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

CommunityId::CommunityId() {
  text_[0] = '1';
  text_[1] = ':';
}

CommunityId::~CommunityId() = default;

bool CommunityId::is_ready() {
  if (!asked_for_) {
    asked_for_ = true;
    digest_.reset(EVP_MD_fetch(nullptr, "SHA1", nullptr));
    context_.reset(EVP_MD_CTX_new());
  }
  return digest_ != nullptr && context_ != nullptr;
}

std::string_view CommunityId::of(Transport transport, const Endpoint& a, const Endpoint& b) {
  if (a.ip.is_v4() != b.ip.is_v4() || !is_ready()) return {};
  const HashInput input = hash_input(transport, std::min(a, b), std::max(a, b));
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int length = 0;
  if (EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) != 1 ||
      EVP_DigestUpdate(context_.get(), input.octets().data(), input.octets().size()) != 1 ||
      EVP_DigestFinal_ex(context_.get(), hash.data(), &length) != 1 || length != 20) {
    return {};
  }
  EVP_EncodeBlock(&text_[2], hash.data(), 20);
  return {reinterpret_cast<const char*>(text_.data()), text_.size() - 1};
}

std::string_view CommunityId::of(const Observation& seen) {
  return has_client(seen) ? of(seen.transport, seen.client, seen.server) : std::string_view();
}

}  // namespace oddport
