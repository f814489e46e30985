// The Community ID of a flow, version 1 with seed 0: the name under which Zeek, Suricata and
// Wireshark know the same flow.
//
// Specification: https://github.com/corelight/community-id-spec. SHA-1 is what the specification
// asks for; it names flows and protects nothing.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "classify/ip_address.h"
#include "classify/observation.h"
#include "classify/transport.h"

struct evp_md_st;
struct evp_md_ctx_st;

namespace oddport {

// Keeps the digest's context between flows, because setting one up costs more than the hash. Not
// for two threads at once.
class CommunityId {
 public:
  CommunityId();
  ~CommunityId();
  CommunityId(const CommunityId&) = delete;
  CommunityId& operator=(const CommunityId&) = delete;

  // "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", the same whichever end is named first; valid until the next
  // call. Empty where OpenSSL offers no SHA-1, or where the ends are of two address families.
  std::string_view of(Transport transport, const Endpoint& a, const Endpoint& b);
  // Empty as well where it has no client: what listens is no flow.
  std::string_view of(const Observation& seen);

 private:
  struct FreeDigest {
    void operator()(evp_md_st* digest) const;
  };
  struct FreeContext {
    void operator()(evp_md_ctx_st* context) const;
  };

  // Not before the first flow is named: OpenSSL takes over a millisecond to find a digest.
  bool is_ready();

  bool asked_for_ = false;
  std::unique_ptr<evp_md_st, FreeDigest> digest_;
  std::unique_ptr<evp_md_ctx_st, FreeContext> context_;
  // "1:", then 20 octets in base 64, then the NUL that OpenSSL adds.
  std::array<unsigned char, 2 + 28 + 1> text_{};
};

}  // namespace oddport
