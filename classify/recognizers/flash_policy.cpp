// The policy of a socket for Adobe Flash: what Flash asked before it connected.
//
//   client  <policy-file-request/><NUL>
//   server  <?xml version="1.0"?>...<cross-domain-policy>...</cross-domain-policy><NUL>
#include <array>

#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes request = "<policy-file-request/>\0"_b;

bool is_policy(Bytes said) {
  const Bytes text = until_nul(said);
  return said.starts_with('<') && is_text(text) && text.find("<cross-domain-policy") != Bytes::npos;
}

Match recognize(const Exchange& seen) {
  const bool asks = seen.client.starts_with(request.substr(0, request.size() - 1));
  const bool tells = is_policy(seen.server);
  if (!asks && !tells) return {};
  if (asks && tells) return confirmed("client asks for the policy, server tells it");
  if (asks && seen.server.empty()) {
    if (seen.client == request) return confirmed("client asks for the policy");
    return likely("client asks for the policy");
  }
  if (tells && seen.client.empty()) return likely("server tells the policy");
  if (asks) return hint("client asks for the policy, server says otherwise");
  return {};
}

constexpr Bytes policy =
    "<?xml version=\"1.0\"?><!DOCTYPE cross-domain-policy SYSTEM "
    "\"http://www.macromedia.com/xml/dtds/cross-domain-policy.dtd\"><cross-domain-policy>"
    "<allow-access-from domain=\"*\" to-ports=\"*\"/></cross-domain-policy>\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "request and policy", .client = request, .server = policy},
    {.about = "the request alone", .client = request},
    {.about = "the policy alone", .server = policy, .expect = Certainty::likely},
    {.about = "the same file over HTTP",
     .client = "GET /crossdomain.xml HTTP/1.1\r\nHost: a\r\n\r\n",
     .server = "HTTP/1.1 200 OK\r\n\r\n<cross-domain-policy></cross-domain-policy>",
     .expect = Certainty::none},
    {.about = "other XML", .client = "<policy-request/>\0"_b, .expect = Certainty::none},
    {.about = "another answer",
     .client = request,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer flash_policy;
constinit const Recognizer flash_policy{
    .name = "flash-policy",
    .title = "Flash socket policy",
    .era = Era::obsolete,
    .hello = {.bytes = request, .about = "the policy, which everybody may read"},
    .reference = "Adobe Flash Player 9 security white paper",
    .opens = {.client = ByteSet::of("<"), .server = ByteSet::of("<")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
