#include "classify/ndpi_opinion.h"

#include <ndpi/ndpi_main.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>

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

struct Believed {
  std::uint16_t id;       // nDPI's
  std::string_view name;  // ours
};

constexpr auto believed = std::to_array<Believed>({
    {NDPI_PROTOCOL_AJP, "ajp13"},
    {NDPI_PROTOCOL_APPLEJUICE, "applejuice"},
    {NDPI_PROTOCOL_ARMAGETRON, "armagetron"},
    {NDPI_PROTOCOL_BJNP, "bjnp"},
    {NDPI_PROTOCOL_CHECKMK, "checkmk"},
    {NDPI_PROTOCOL_CORBA, "giop"},
    {NDPI_PROTOCOL_CROSSFIRE, "crossfire"},
    {NDPI_PROTOCOL_DCERPC, "dcerpc"},
    {NDPI_PROTOCOL_DIAMETER, "diameter"},
    {NDPI_PROTOCOL_DIRECTCONNECT, "dc"},
    {NDPI_PROTOCOL_DNSCRYPT, "dnscrypt"},
    {NDPI_PROTOCOL_DRDA, "drda"},
    {NDPI_PROTOCOL_DTLS, "dtls"},
    {NDPI_PROTOCOL_FASTTRACK, "fasttrack"},
    {NDPI_PROTOCOL_FIX, "fix"},
    {NDPI_PROTOCOL_GENSHIN_IMPACT, "genshin-impact"},
    {NDPI_PROTOCOL_GNUTELLA, "gnutella"},
    {NDPI_PROTOCOL_GUILDWARS, "guildwars"},
    {NDPI_PROTOCOL_ICECAST, "icecast"},
    {NDPI_PROTOCOL_JABBER, "xmpp"},
    {NDPI_PROTOCOL_LOTUS_NOTES, "lotus-notes"},
    {NDPI_PROTOCOL_MAPLESTORY, "maplestory"},
    {NDPI_PROTOCOL_MEGACO, "megaco"},
    {NDPI_PROTOCOL_MGCP, "mgcp"},
    {NDPI_PROTOCOL_RSYNC, "rsync"},
    {NDPI_PROTOCOL_RTSP, "rtsp"},
    {NDPI_PROTOCOL_RX, "rx"},
    {NDPI_PROTOCOL_SIP, "sip"},
    {NDPI_PROTOCOL_SMPP, "smpp"},
    {NDPI_PROTOCOL_SSDP, "ssdp"},
    {NDPI_PROTOCOL_SSH, "ssh"},
    {NDPI_PROTOCOL_STEALTHNET, "stealthnet"},
    {NDPI_PROTOCOL_TEAMSPEAK, "teamspeak3"},
    {NDPI_PROTOCOL_VHUA, "vhua"},
    {NDPI_PROTOCOL_WHATSAPP, "whatsapp"},
    {NDPI_PROTOCOL_WORLD_OF_KUNG_FU, "world-of-kung-fu"},
    {NDPI_PROTOCOL_WORLDOFWARCRAFT, "world-of-warcraft"},
    {NDPI_PROTOCOL_ZABBIX, "zabbix"},
    {NDPI_PROTOCOL_ZMQ, "zmtp"},
});

const Recognizer* find_by_id(std::uint16_t id) {
  const auto* const entry = std::ranges::find(believed, id, &Believed::id);
  if (entry == believed.end()) return nullptr;
  const auto* const own = std::ranges::find(known_to_ndpi_alone, entry->name, &Recognizer::name);
  return own != known_to_ndpi_alone.end() ? own : find_recognizer(entry->name);
}

// ---- What nDPI is shown: the exchange as IPv4 packets between two hosts and two ports that mean nothing ----

constexpr std::size_t most_packets = 4;     // with payload
constexpr std::size_t most_payload = 1400;  // of a packet; longer turns are cut into several
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
  // Bytes beyond most_payload are left out. `sequence` counts for either side and is moved on.
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

struct ModuleExit {
  void operator()(ndpi_detection_module_struct* module) const {
    ndpi_exit_detection_module(module);
  }
};
using Module = std::unique_ptr<ndpi_detection_module_struct, ModuleExit>;

Module make_module() {
  Module module{ndpi_init_detection_module(ndpi_dont_load_tor_hosts | ndpi_dont_init_libgcrypt)};
  if (module == nullptr) return module;
  NDPI_PROTOCOL_BITMASK chosen{};
  // NDPI_BITMASK_ADD() would do, but narrows what it computes.
  constexpr unsigned bits = 8 * sizeof chosen.fds_bits[0];
  for (const Believed& one : believed) chosen.fds_bits[one.id / bits] |= 1u << one.id % bits;
  ndpi_set_protocol_detection_bitmask2(module.get(), &chosen);
  ndpi_finalize_initialization(module.get());
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

class NdpiOpinion final : public SecondOpinion {
 public:
  std::string_view who() const override { return "nDPI 4.2"; }
  const Recognizer* ask(const Exchange& exchange) override;

 private:
  std::uint16_t follow_tcp(NdpiFlow& flow, const Exchange& exchange);
  std::uint16_t follow_udp(NdpiFlow& flow, const Exchange& exchange);

  Module module_;
  bool tried_ = false;
  std::unique_ptr<ndpi_flow_struct> state_;
  PacketBuffer packet_;
};

std::uint16_t NdpiOpinion::follow_tcp(NdpiFlow& flow, const Exchange& exchange) {
  std::array<std::uint32_t, 2> sequence{1000, 2000};
  if (exchange.client_from_start && exchange.server_from_start) {
    flow.show(packet_.tcp(Side::client, {}, syn, sequence));
    flow.show(packet_.tcp(Side::server, {}, syn | ack, sequence));
    flow.show(packet_.tcp(Side::client, {}, ack, sequence));
  }
  std::size_t shown = 0;
  for (const Message& message : exchange.messages) {
    for (Bytes left = message.bytes; !left.empty();
         left.remove_prefix(std::min(left.size(), most_payload))) {
      if (shown++ == most_packets) return NDPI_PROTOCOL_UNKNOWN;
      flow.show(packet_.tcp(message.from, left, push | ack, sequence));
      if (const std::uint16_t id = flow.named(); id != NDPI_PROTOCOL_UNKNOWN) return id;
    }
  }
  return NDPI_PROTOCOL_UNKNOWN;
}

std::uint16_t NdpiOpinion::follow_udp(NdpiFlow& flow, const Exchange& exchange) {
  std::size_t shown = 0;
  for (const Message& message : exchange.messages) {
    // What is longer than a packet here was fragmented, or cut: its length would tell nDPI something untrue.
    if (message.bytes.empty() || message.bytes.size() > most_payload || !message.is_whole())
      continue;
    if (shown++ == most_packets) break;
    flow.show(packet_.udp(message.from, message.bytes));
    if (const std::uint16_t id = flow.named(); id != NDPI_PROTOCOL_UNKNOWN) return id;
  }
  return NDPI_PROTOCOL_UNKNOWN;
}

const Recognizer* NdpiOpinion::ask(const Exchange& exchange) {
  // One lock for all: nDPI has variables of its own that its modules share. It is asked rarely, and for microseconds.
  static constinit std::mutex asking;
  const std::scoped_lock lock(asking);
  if (!tried_) {
    tried_ = true;
    module_ = make_module();
    state_ = std::make_unique<ndpi_flow_struct>();
  }
  if (module_ == nullptr || exchange.empty()) return nullptr;
  NdpiFlow flow(*module_, *state_);
  const Recognizer* protocol =
      find_by_id(exchange.transport == Transport::tcp ? follow_tcp(flow, exchange)
                                                      : follow_udp(flow, exchange));
  const bool fits = protocol != nullptr && contains(protocol->transports, exchange.transport);
  return fits ? protocol : nullptr;
}

}  // namespace

std::unique_ptr<SecondOpinion> make_ndpi_opinion() {
  const bool same_library =
      ndpi_get_api_version() == NDPI_API_VERSION &&
      ndpi_detection_get_sizeof_ndpi_flow_struct() == sizeof(ndpi_flow_struct);
  return same_library ? std::make_unique<NdpiOpinion>() : nullptr;
}

std::span<const Recognizer> ndpi_protocols() { return known_to_ndpi_alone; }

}  // namespace oddport
