#include "probe/reply.h"

#include "probe/icmp_error.h"

namespace oddport {
namespace {

struct Finding {
  PortState state;
  std::string_view cause;
};

// RFC 792 and RFC 1812, section 5.2.7.1.
Finding of_icmp(std::uint8_t code, Transport transport) {
  switch (code) {
    case 0:
    case 6:
      return {PortState::unreachable, "net-unreach"};
    case 1:
    case 7:
      return {PortState::unreachable, "host-unreach"};
    case 2:
      return {PortState::filtered, "proto-unreach"};
    case 3:
      return {transport == Transport::udp ? PortState::closed : PortState::filtered,
              "port-unreach"};
    case 9:
      return {PortState::filtered, "net-prohibited"};
    case 10:
      return {PortState::filtered, "host-prohibited"};
    case 13:
      return {PortState::filtered, "admin-prohibited"};
    default:
      return {PortState::filtered, "unreachable"};
  }
}

// RFC 4443, section 3.1.
Finding of_icmpv6(std::uint8_t code, Transport transport) {
  switch (code) {
    case 0:
      return {PortState::unreachable, "no-route"};
    case 1:
      return {PortState::filtered, "admin-prohibited"};
    case 3:
      return {PortState::unreachable, "addr-unreach"};
    case 4:
      return {transport == Transport::udp ? PortState::closed : PortState::filtered,
              "port-unreach"};
    case 5:
      return {PortState::filtered, "policy-fail"};
    case 6:
      return {PortState::filtered, "reject-route"};
    default:
      return {PortState::filtered, "unreachable"};
  }
}

Finding of_error(const IcmpError& error) {
  const bool time_exceeded = error.type == (error.v6 ? 3 : 11);
  if (time_exceeded) return {PortState::unreachable, "time-exceeded"};
  return error.v6 ? of_icmpv6(error.code, error.transport) : of_icmp(error.code, error.transport);
}

std::uint8_t ttl_of(Bytes packet) {
  if (packet.empty()) return 0;
  const std::size_t offset = static_cast<unsigned char>(packet.front()) >> 4 == 6 ? 7 : 8;
  return offset < packet.size() ? static_cast<std::uint8_t>(packet[offset]) : std::uint8_t{0};
}

}  // namespace

std::optional<Reply> ReplyReader::read(const Packet& packet) {
  Segment segment;
  switch (decoder_.decode(packet, segment)) {
    case Decoded::segment:
      return read_segment(segment, ttl_of(packet.bytes));
    case Decoded::other:
      return read_icmp(packet.bytes);
    default:
      return std::nullopt;
  }
}

std::optional<Reply> ReplyReader::read_segment(const Segment& segment, std::uint8_t ttl) const {
  Reply reply{.target = {segment.source.ip, segment.transport, segment.source.port},
              .cause = {},
              .ttl = ttl,
              .payload = {}};
  const auto attempt = ports_.attempt_of(reply.target, segment.destination.port);
  if (!attempt) return std::nullopt;
  reply.attempt = *attempt;
  if (segment.transport == Transport::udp) {
    reply.cause = "udp-response";
    reply.payload = segment.payload;
    return reply;
  }
  // RFC 9293, section 3.10.7: what answers a SYN acknowledges it, a reset included.
  const auto cookie =
      static_cast<std::uint32_t>(cookie_of(key_, reply.target, segment.destination.port));
  if (!segment.has(TcpFlags::ack) || segment.acknowledgment != cookie + 1) return std::nullopt;
  if (segment.has(TcpFlags::rst)) {
    reply.state = PortState::closed;
    reply.cause = "reset";
    return reply;
  }
  if (!segment.has(TcpFlags::syn)) return std::nullopt;
  reply.cause = "syn-ack";
  return reply;
}

std::optional<Reply> ReplyReader::read_icmp(Bytes packet) const {
  const auto error = parse_icmp_error(packet);
  if (!error) return std::nullopt;
  const Target target{error->destination.ip, error->transport, error->destination.port};
  const auto attempt = ports_.attempt_of(target, error->source.port);
  if (!attempt) return std::nullopt;
  const bool tcp = error->transport == Transport::tcp;
  if (tcp &&
      error->sequence != static_cast<std::uint32_t>(cookie_of(key_, target, error->source.port)))
    return std::nullopt;
  const Finding finding = of_error(*error);
  return Reply{.target = target,
               .state = finding.state,
               .cause = finding.cause,
               .attempt = *attempt,
               .ttl = error->ttl,
               .payload = {}};
}

}  // namespace oddport
