// Zabbix: agents, proxies and senders of measurements.
//
// "Header and data length" of Zabbix's manual. "ZBXD", flags (1: 1 always, 2 compressed, 4 large),
// length of the data (4, little-endian; large: 8), reserved (4: zero, or the size before
// compression; large: 8), data: JSON, or the key of an item and the value for it.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

enum class Speech : std::uint8_t { silent, alien, plausible, fits };

Speech judge(Bytes said) {
  if (said.empty()) return Speech::silent;
  ByteReader reader{said};
  if (!reader.accept("ZBXD")) return Speech::alien;
  const std::uint8_t flags = reader.u8();
  const bool large = (flags & 4) != 0;
  const bool compressed = (flags & 2) != 0;
  const std::uint64_t length = large ? reader.u64_le() : reader.u32_le();
  const std::uint64_t reserved = large ? reader.u64_le() : reader.u32_le();
  if (!reader || (flags & 0xf9) != 1 || length > 1u << 30 || (!compressed && reserved != 0))
    return Speech::alien;
  const Bytes data = reader.rest().substr(0, static_cast<std::size_t>(length));
  if (compressed)
    return data.starts_with("\x78") || data.empty() ? Speech::fits : Speech::plausible;
  return is_text(data.substr(0, data.find('\0'))) ? Speech::fits : Speech::plausible;
}

// What a server asks of an agent without a header, as versions before 4.0 did: "agent.ping".
bool is_bare_key(Bytes said) {
  const Line line = first_line(said);
  return line.ended && (line.text.starts_with("agent.") || line.text.starts_with("system.") ||
                        line.text.starts_with("vfs.") || line.text.starts_with("net.if."));
}

Match recognize(const Exchange& seen) {
  const Speech client = judge(seen.client);
  const Speech server = judge(seen.server);
  const Speech best = std::max(client, server);
  if (best < Speech::plausible) return {};
  const std::string_view who = best == client ? "client" : "server";
  const bool contradicted =
      server == Speech::alien || (client == Speech::alien && !is_bare_key(seen.client));
  if (contradicted) return likely("{} has Zabbix's header, the other side not", who);
  if (best == Speech::plausible) return likely("{} has Zabbix's header, the data do not fit", who);
  return confirmed("{} sends data behind Zabbix's header", who);
}

constexpr Home homes[] = {
    {.port = 10050, .service = "zabbix-agent"},
    {.port = 10051, .service = "zabbix-trapper"},
};

constexpr Example examples[] = {
    {.about = "is the agent there",
     .client = "ZBXD\x01\x0a\0\0\0\0\0\0\0agent.ping"_b,
     .server = "ZBXD\x01\x01\0\0\0\0\0\0\0"
               "1"_b},
    {.about = "an old server's question",
     .client = "agent.ping\n",
     .server = "ZBXD\x01\x01\0\0\0\0\0\0\0"
               "1"_b},
    {.about = "an active agent asks for its list",
     .client = "ZBXD\x01\x2b\0\0\0\0\0\0\0{\"request\":\"active checks\",\"host\":\"server\"}"_b},
    {.about = "unknown flags",
     .client = "ZBXD\x81\x0a\0\0\0\0\0\0\0agent.ping"_b,
     .expect = Certainty::none},
    {.about = "the word alone", .client = "ZBXD\r\n", .expect = Certainty::none},
};

}  // namespace

extern const Recognizer zabbix;
constinit const Recognizer zabbix{
    .name = "zabbix",
    .title = "Zabbix",
    .homes = homes,
    .hello = {.bytes = "ZBXD\x01\x0a\0\0\0\0\0\0\0agent.ping"_b,
              .about = "whether the agent is there (agent.ping)"},
    .reference = "Zabbix's manual, \"Header and data length\"",
    .opens = {.client = ByteSet::of("Z"), .server = ByteSet::of("Z")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
