// What runs over serial lines and their imitations: PPP, PPPoE sessions, Cisco HDLC, frame relay.
#include "capture/layers.h"
#include "classify/byte_reader.h"

namespace oddport {
namespace {

enum class PppProtocol : std::uint16_t {  // IANA, PPP DLL protocol numbers
  ipv4 = 0x0021,
  ipv6 = 0x0057,
  mpls_unicast = 0x0281,
  mpls_multicast = 0x0283,
};

enum class Nlpid : std::uint8_t {
  snap = 0x80,
  ipv6 = 0x8e,
  ipv4 = 0xcc,
  ppp = 0xcf
};  // ISO/IEC TR 9577

bool is_cisco_hdlc(Bytes bytes) {
  return bytes.starts_with("\x0f\x00"_b) || bytes.starts_with("\x8f\x00"_b);
}

// Two octets, or one where both sides agreed to leave the zero out: an odd octet is always the last
// (RFC 1661, section 2).
std::uint16_t read_ppp_protocol(ByteReader& reader) {
  const std::uint16_t first = reader.u8();
  if ((first & 1) != 0) return first;
  return static_cast<std::uint16_t>(first << 8 | reader.u8());
}

// The address of two to four octets, the last of which is odd (ITU-T Q.922, section 3.3).
void skip_q922_address(ByteReader& reader) {
  for (int octets = 0; octets < 4; ++octets) {
    if ((reader.u8() & 1) != 0) return;
  }
  reader.fail();
}

Decoded decode_nlpid(Nlpid nlpid, const Extent& payload, Descent& descent) {
  switch (nlpid) {
    case Nlpid::ipv4:
      return decode_ipv4(payload, descent);
    case Nlpid::ipv6:
      return decode_ipv6(payload, descent);
    case Nlpid::ppp:
      return decode_ppp(payload, descent);
    case Nlpid::snap:
      return decode_snap(payload, descent);
  }
  return Decoded::other;
}

}  // namespace

Decoded decode_ppp(const Extent& frame, Descent& descent) {
  constexpr std::size_t framing = 2;
  if (!descent.enter()) return Decoded::other;
  if (frame.captured.size() < framing) return shortfall(frame);
  if (is_cisco_hdlc(frame.captured)) return decode_cisco_hdlc(frame, descent);
  ByteReader reader{frame.captured};
  reader.accept_if("\xff\x03"_b);
  const auto protocol = static_cast<PppProtocol>(read_ppp_protocol(reader));
  if (!reader) return shortfall(frame);
  const Extent payload = frame.after(reader.offset());
  switch (protocol) {
    case PppProtocol::ipv4:
      return decode_ipv4(payload, descent);
    case PppProtocol::ipv6:
      return decode_ipv6(payload, descent);
    case PppProtocol::mpls_unicast:
    case PppProtocol::mpls_multicast:
      return decode_mpls(payload, descent);
  }
  return Decoded::other;
}

// RFC 2516, section 4.
Decoded decode_pppoe_session(const Extent& packet, Descent& descent) {
  ByteReader reader{packet.captured};
  const std::uint8_t version_and_type = reader.u8();
  const std::uint8_t code = reader.u8();
  reader.skip(2);  // session
  const std::uint16_t length = reader.u16();
  if (!reader) return shortfall(packet);
  if (version_and_type != 0x11) return Decoded::malformed;
  if (code != 0) return Decoded::other;
  return decode_ppp(packet.after(reader.offset()).limited(length), descent);
}

Decoded decode_cisco_hdlc(const Extent& frame, Descent& descent) {
  ByteReader reader{frame.captured};
  reader.skip(2);  // address, control
  const std::uint16_t type = reader.u16();
  if (!reader) return shortfall(frame);
  return decode_ether_type(type, frame.after(reader.offset()), descent);
}

// RFC 2427, section 3; or Cisco's own, an EtherType where the control octet would be.
Decoded decode_frame_relay(const Extent& frame, Descent& descent) {
  ByteReader reader{frame.captured};
  skip_q922_address(reader);
  if (!reader.accept_if("\x03"_b)) {
    const std::uint16_t type = reader.u16();
    if (!reader) return shortfall(frame);
    return decode_ether_type(type, frame.after(reader.offset()), descent);
  }
  reader.accept_if("\x00"_b);  // padding
  const auto nlpid = static_cast<Nlpid>(reader.u8());
  if (!reader) return shortfall(frame);
  return decode_nlpid(nlpid, frame.after(reader.offset()), descent);
}

}  // namespace oddport
