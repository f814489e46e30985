#include "classify/ndpi_opinion.h"

#include <ndpi/ndpi_main.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>

#include "classify/ndpi_demands.h"
#include "classify/ndpi_packets.h"
#include "classify/recognizers.h"

namespace oddport {

namespace {

// ---- What is believed ----
//
// Only dissectors that check several fixed bytes, or lengths that fit, are let run at all; docs/ndpi.md lists the others, each
// with the reason why it is left out. That also keeps the cost of a question low, and keeps out every dissector
// that remembers other flows: an answer depends on the bytes alone.

constexpr std::string_view reference = "nDPI 4.2, which alone knows it here";

constexpr auto bjnp_homes = std::to_array<Home>({
    {8611, Transport::udp, "canon-bjnp1"},
    {8612, Transport::udp, "canon-bjnp2"},
    {8613, Transport::udp, "canon-bjnp3"},
    {8614, Transport::udp, "canon-bjnp4"},
});
constexpr auto notes_homes = std::to_array<Home>({{1352, Transport::tcp, "lotusnote"}});
constexpr auto rx_homes = std::to_array<Home>({
    {7000, Transport::udp, "afs3-fileserver"},
    {7001, Transport::udp, "afs3-callback"},
    {7002, Transport::udp, "afs3-prserver"},
    {7003, Transport::udp, "afs3-vlserver"},
    {7004, Transport::udp, "afs3-kaserver"},
    {7005, Transport::udp, "afs3-volser"},
    {7006, Transport::udp, "afs3-errors"},
    {7007, Transport::udp, "afs3-bos"},
    {7008, Transport::udp, "afs3-update"},
    {7009, Transport::udp, "afs3-rmtsys"},
});
constexpr auto smpp_homes = std::to_array<Home>({{2775, Transport::tcp, "smpp"}});

constexpr Recognizer told(std::string_view name, std::string_view title, Transports transports,
                          Era era, std::span<const Home> homes = {}) {
  return {.name = name,
          .title = title,
          .transports = transports,
          .era = era,
          .homes = homes,
          .reference = reference};
}

constexpr auto known_to_ndpi_alone = std::to_array<Recognizer>({
    told("applejuice", "appleJuice", Transports::tcp, Era::obsolete),
    told("armagetron", "Armagetron Advanced", Transports::udp, Era::niche),
    told("bjnp", "Canon BJNP", Transports::udp, Era::current, bjnp_homes),
    told("checkmk", "Checkmk agent", Transports::tcp, Era::current),
    told("crossfire", "CrossFire", Transports::udp, Era::niche),
    told("dnscrypt", "DNSCrypt", Transports::both, Era::current),
    told("fasttrack", "FastTrack", Transports::tcp, Era::obsolete),
    told("fix", "FIX", Transports::tcp, Era::current),
    told("genshin-impact", "Genshin Impact", Transports::udp, Era::current),
    told("guildwars", "Guild Wars", Transports::tcp, Era::niche),
    told("lotus-notes", "HCL (Lotus) Notes", Transports::tcp, Era::niche, notes_homes),
    told("maplestory", "MapleStory", Transports::tcp, Era::niche),
    told("rx", "Rx (AFS)", Transports::udp, Era::niche, rx_homes),
    told("smpp", "SMPP", Transports::tcp, Era::current, smpp_homes),
    told("stealthnet", "StealthNet", Transports::tcp, Era::obsolete),
    told("vhua", "Vhua", Transports::udp, Era::obsolete),
    told("whatsapp", "WhatsApp", Transports::tcp, Era::current),
    told("world-of-kung-fu", "World of Kung Fu", Transports::tcp, Era::obsolete),
    told("world-of-warcraft", "World of Warcraft", Transports::tcp, Era::current),
});

namespace demands = ndpi_demands;

struct Believed {
  std::uint16_t id;       // nDPI's
  std::string_view name;  // ours
  // Null where its dissector does not look at that transport.
  demands::Demand over_tcp;
  demands::Demand over_udp;
};

constexpr auto believed = std::to_array<Believed>({
    {NDPI_PROTOCOL_AJP, "ajp13", demands::ajp, nullptr},
    {NDPI_PROTOCOL_APPLEJUICE, "applejuice", demands::applejuice, nullptr},
    {NDPI_PROTOCOL_ARMAGETRON, "armagetron", nullptr, demands::armagetron},
    {NDPI_PROTOCOL_BJNP, "bjnp", nullptr, demands::bjnp},
    {NDPI_PROTOCOL_CHECKMK, "checkmk", demands::checkmk, nullptr},
    {NDPI_PROTOCOL_CORBA, "giop", demands::corba, nullptr},
    {NDPI_PROTOCOL_CROSSFIRE, "crossfire", demands::crossfire_tcp, demands::crossfire_udp},
    {NDPI_PROTOCOL_DCERPC, "dcerpc", demands::dcerpc_tcp, demands::dcerpc_udp},
    {NDPI_PROTOCOL_DIAMETER, "diameter", demands::diameter, nullptr},
    {NDPI_PROTOCOL_DIRECTCONNECT, "dc", demands::directconnect, nullptr},
    {NDPI_PROTOCOL_DNSCRYPT, "dnscrypt", demands::dnscrypt, demands::dnscrypt},
    {NDPI_PROTOCOL_DRDA, "drda", demands::drda, nullptr},
    {NDPI_PROTOCOL_DTLS, "dtls", nullptr, demands::dtls},
    {NDPI_PROTOCOL_FASTTRACK, "fasttrack", demands::fasttrack, nullptr},
    {NDPI_PROTOCOL_FIX, "fix", demands::fix, nullptr},
    {NDPI_PROTOCOL_GENSHIN_IMPACT, "genshin-impact", nullptr, demands::genshin_impact},
    {NDPI_PROTOCOL_GNUTELLA, "gnutella", demands::gnutella_tcp, demands::gnutella_udp},
    {NDPI_PROTOCOL_GUILDWARS, "guildwars", demands::guildwars, nullptr},
    {NDPI_PROTOCOL_ICECAST, "icecast", demands::icecast, nullptr},
    {NDPI_PROTOCOL_JABBER, "xmpp", demands::jabber, demands::jabber},
    {NDPI_PROTOCOL_LOTUS_NOTES, "lotus-notes", demands::lotus_notes, nullptr},
    {NDPI_PROTOCOL_MAPLESTORY, "maplestory", demands::maplestory, nullptr},
    {NDPI_PROTOCOL_MEGACO, "megaco", nullptr, demands::megaco},
    {NDPI_PROTOCOL_MGCP, "mgcp", nullptr, demands::mgcp},
    {NDPI_PROTOCOL_RSYNC, "rsync", demands::rsync, nullptr},
    {NDPI_PROTOCOL_RTSP, "rtsp", demands::rtsp, demands::rtsp},
    {NDPI_PROTOCOL_RX, "rx", nullptr, demands::rx},
    {NDPI_PROTOCOL_SIP, "sip", demands::sip, demands::sip},
    {NDPI_PROTOCOL_SMPP, "smpp", demands::smpp, nullptr},
    {NDPI_PROTOCOL_SSDP, "ssdp", nullptr, demands::ssdp},
    {NDPI_PROTOCOL_SSH, "ssh", demands::ssh, nullptr},
    {NDPI_PROTOCOL_STEALTHNET, "stealthnet", demands::stealthnet, nullptr},
    {NDPI_PROTOCOL_TEAMSPEAK, "teamspeak3", demands::teamspeak_tcp, demands::teamspeak_udp},
    {NDPI_PROTOCOL_VHUA, "vhua", nullptr, demands::vhua},
    {NDPI_PROTOCOL_WHATSAPP, "whatsapp", demands::whatsapp, nullptr},
    {NDPI_PROTOCOL_WORLD_OF_KUNG_FU, "world-of-kung-fu", demands::world_of_kung_fu, nullptr},
    {NDPI_PROTOCOL_WORLDOFWARCRAFT, "world-of-warcraft", demands::world_of_warcraft, nullptr},
    {NDPI_PROTOCOL_ZABBIX, "zabbix", demands::zabbix, nullptr},
    {NDPI_PROTOCOL_ZMQ, "zmtp", demands::zeromq, nullptr},
});

bool may_name(const Believed& dissector, Transport transport, const ShownPackets& packets) {
  const demands::Demand demand =
      transport == Transport::tcp ? dissector.over_tcp : dissector.over_udp;
  return demand != nullptr && std::ranges::any_of(packets, demand);
}

bool may_be_named(Transport transport, const ShownPackets& packets) {
  return std::ranges::any_of(
      believed, [&](const Believed& one) { return may_name(one, transport, packets); });
}

const Recognizer* find_by_id(std::uint16_t id) {
  const auto* const entry = std::ranges::find(believed, id, &Believed::id);
  if (entry == believed.end()) return nullptr;
  const auto* const own = std::ranges::find(known_to_ndpi_alone, entry->name, &Recognizer::name);
  return own != known_to_ndpi_alone.end() ? own : find_recognizer(entry->name);
}

// ---- What nDPI is shown: the exchange as IPv4 packets between two hosts and two ports that mean nothing ----

constexpr std::size_t most_payload = ShownPackets::most_payload;
constexpr std::size_t most_headers = 40;
// Dissectors that read a little past a short payload, and some do, find zeros.
constexpr std::size_t slack = 512;

constexpr std::uint32_t client_address =
    0xc6120001;  // 198.18.0.1, of the range for benchmarks: RFC 2544, appendix C.2.2
constexpr std::uint32_t server_address = 0xc6120002;
constexpr std::uint16_t client_port = 40961;
constexpr std::uint16_t server_port = 40963;

enum TcpFlags : std::uint8_t { syn = 0x02, push = 0x08, ack = 0x10 };

class PacketBuffer {
 public:
  // `sequence` counts for either side and is moved on.
  std::span<const unsigned char> tcp(Side from, Bytes payload, std::uint8_t flags,
                                     std::array<std::uint32_t, 2>& sequence) {
    begin(from, 6, 40, payload);
    auto& own = sequence[static_cast<std::size_t>(from)];
    u32(24, own);
    u32(28, (flags & ack) != 0 ? sequence[static_cast<std::size_t>(other(from))] : 0);
    bytes_[32] = 0x50;  // the header has five words
    bytes_[33] = flags;
    u16(34, 0xffff);
    own += static_cast<std::uint32_t>(size_ - 40) + ((flags & syn) != 0 ? 1 : 0);
    return {bytes_.data(), size_};
  }

  std::span<const unsigned char> udp(Side from, Bytes payload) {
    begin(from, 17, 28, payload);
    u16(24, static_cast<std::uint16_t>(size_ - 20));
    return {bytes_.data(), size_};
  }

 private:
  void begin(Side from, std::uint8_t protocol, std::size_t headers, Bytes payload) {
    const bool by_client = from == Side::client;
    payload = payload.substr(0, most_payload);
    // Nothing of an earlier packet stays behind the end of this one.
    std::fill_n(bytes_.begin(), std::max(size_, headers), static_cast<unsigned char>(0));
    size_ = headers + payload.size();
    bytes_[0] = 0x45;
    u16(2, static_cast<std::uint16_t>(size_));
    bytes_[8] = 64;
    bytes_[9] = protocol;
    u32(12, by_client ? client_address : server_address);
    u32(16, by_client ? server_address : client_address);
    u16(20, by_client ? client_port : server_port);
    u16(22, by_client ? server_port : client_port);
    if (!payload.empty()) std::memcpy(&bytes_[headers], payload.data(), payload.size());
  }

  void u16(std::size_t at, std::uint16_t value) {
    bytes_[at] = static_cast<unsigned char>(value >> 8);
    bytes_[at + 1] = static_cast<unsigned char>(value);
  }
  void u32(std::size_t at, std::uint32_t value) {
    u16(at, static_cast<std::uint16_t>(value >> 16));
    u16(at + 2, static_cast<std::uint16_t>(value));
  }

  // Dissectors load words from where the payload begins.
  alignas(16) std::array<unsigned char, most_headers + most_payload + slack> bytes_{};
  std::size_t size_ = 0;
};

// ---- nDPI ----

ndpi_detection_module_struct* make_module() {
  auto* const module =
      ndpi_init_detection_module(ndpi_dont_load_tor_hosts | ndpi_dont_init_libgcrypt);
  if (module == nullptr) return nullptr;
  NDPI_PROTOCOL_BITMASK chosen{};
  // NDPI_BITMASK_ADD() would do, but narrows what it computes.
  constexpr unsigned bits = 8 * sizeof chosen.fds_bits[0];
  for (const Believed& one : believed) chosen.fds_bits[one.id / bits] |= 1u << one.id % bits;
  ndpi_set_protocol_detection_bitmask2(module, &chosen);
  ndpi_finalize_initialization(module);
  return module;
}

// What nDPI keeps of one flow, for the time of one question.
class NdpiFlow {
 public:
  NdpiFlow(ndpi_detection_module_struct& module, ndpi_flow_struct& state)
      : module_(module), state_(state) {
    std::memset(&state_, 0, sizeof state_);
  }
  ~NdpiFlow() { ndpi_free_flow_data(&state_); }
  NdpiFlow(const NdpiFlow&) = delete;
  NdpiFlow& operator=(const NdpiFlow&) = delete;

  void show(std::span<const unsigned char> packet) {
    answer_ = ndpi_detection_process_packet(&module_, &state_, packet.data(),
                                            static_cast<unsigned short>(packet.size()), ++clock_);
  }

  // The protocol that its bytes gave away: neither a port, nor an address, nor what other flows were. 0 where none.
  std::uint16_t named() const {
    if (state_.confidence != NDPI_CONFIDENCE_DPI) return NDPI_PROTOCOL_UNKNOWN;
    return answer_.master_protocol != NDPI_PROTOCOL_UNKNOWN ? answer_.master_protocol
                                                            : answer_.app_protocol;
  }

 private:
  ndpi_detection_module_struct& module_;
  ndpi_flow_struct& state_;
  ndpi_protocol answer_{};
  std::uint64_t clock_ = 0;  // any will do, as long as it moves on
};

class Ndpi {
 public:
  // The one of this process: nDPI has variables of its own that its modules share, so several could not be asked at the
  // same time anyway. It is made at the first question, which most runs never ask, and left to the end of the
  // process, because taking it down costs a quarter of what making it does and gives back nothing that is needed.
  static Ndpi& only() {
    static Ndpi& made = *new Ndpi;
    return made;
  }

  // nDPI's number of the protocol; 0 where it names none.
  std::uint16_t name(const Exchange& exchange, const ShownPackets& packets);

 private:
  void shake_hands(NdpiFlow& flow, std::array<std::uint32_t, 2>& sequence);

  std::mutex asking_;  // asked rarely, and for microseconds
  ndpi_detection_module_struct* module_ = make_module();
  ndpi_flow_struct state_{};
  PacketBuffer buffer_;
};

void Ndpi::shake_hands(NdpiFlow& flow, std::array<std::uint32_t, 2>& sequence) {
  flow.show(buffer_.tcp(Side::client, {}, syn, sequence));
  flow.show(buffer_.tcp(Side::server, {}, syn | ack, sequence));
  flow.show(buffer_.tcp(Side::client, {}, ack, sequence));
}

std::uint16_t Ndpi::name(const Exchange& exchange, const ShownPackets& packets) {
  const std::scoped_lock lock(asking_);
  if (module_ == nullptr) return NDPI_PROTOCOL_UNKNOWN;
  const bool over_tcp = exchange.transport == Transport::tcp;
  NdpiFlow flow(*module_, state_);
  std::array<std::uint32_t, 2> sequence{1000, 2000};
  if (over_tcp && exchange.client_from_start && exchange.server_from_start)
    shake_hands(flow, sequence);
  for (const ShownPacket& packet : packets) {
    flow.show(over_tcp ? buffer_.tcp(packet.from, packet.payload, push | ack, sequence)
                       : buffer_.udp(packet.from, packet.payload));
    if (const std::uint16_t id = flow.named(); id != NDPI_PROTOCOL_UNKNOWN) return id;
  }
  return NDPI_PROTOCOL_UNKNOWN;
}

class NdpiOpinion final : public SecondOpinion {
 public:
  explicit NdpiOpinion(AskNdpi when) : when_(when) {}

  std::string_view who() const override { return "nDPI 4.2"; }
  const Recognizer* ask(const Exchange& exchange) override;

 private:
  AskNdpi when_;
};

const Recognizer* NdpiOpinion::ask(const Exchange& exchange) {
  if (exchange.empty()) return nullptr;
  const ShownPackets packets(exchange);
  if (when_ == AskNdpi::where_it_may_know && !may_be_named(exchange.transport, packets))
    return nullptr;
  const Recognizer* protocol = find_by_id(Ndpi::only().name(exchange, packets));
  const bool fits = protocol != nullptr && contains(protocol->transports, exchange.transport);
  return fits ? protocol : nullptr;
}

}  // namespace

std::unique_ptr<SecondOpinion> make_ndpi_opinion(AskNdpi when) {
  const bool same_library =
      ndpi_get_api_version() == NDPI_API_VERSION &&
      ndpi_detection_get_sizeof_ndpi_flow_struct() == sizeof(ndpi_flow_struct);
  return same_library ? std::make_unique<NdpiOpinion>(when) : nullptr;
}

bool ndpi_may_know(const Exchange& exchange) {
  return may_be_named(exchange.transport, ShownPackets(exchange));
}

std::span<const Recognizer> ndpi_protocols() { return known_to_ndpi_alone; }

}  // namespace oddport
