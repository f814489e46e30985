// USB/IP: devices of another host as if plugged in here. Linux, Documentation/usb/usbip_protocol.rst.
//
//   client  version 0111 (2), 8005 list | 8003 import (2), status 0 (4); to import, the bus's name (32)
//   server  version (2), 0005 | 0003 (2), status (4); the number of devices (4), or the one imported; a device is described in 312 bytes
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint16_t list = 5;
constexpr std::uint16_t import = 3;
constexpr std::size_t path_length = 256;
constexpr std::size_t bus_length = 32;

constexpr bool is_version(std::uint16_t version) { return version == 0x0111 || version == 0x0106; }

// A name that fills its field up with NULs.
bool is_name(Bytes field) {
  const Bytes name = until_nul(field);
  return is_token(name) && name.size() < field.size() && is_zero(field.substr(name.size()));
}

Fit judge_client(const Exchange& exchange, std::uint16_t& asked) {
  if (exchange.client.empty()) return Fit::open;
  ByteReader reader{exchange.client};
  const bool version = is_version(reader.u16());
  const std::uint16_t code = reader.u16();
  reader.accept("\0\0\0\0"_b);
  if (!reader || !version) return Fit::alien;
  asked = code & 0xffu;
  if (code == (0x8000 | list)) return reader.at_end() ? Fit::proves : Fit::alien;
  const Bytes bus = reader.take(bus_length);
  return reader && code == (0x8000 | import) && is_name(bus) ? Fit::proves : Fit::alien;
}

// A device begins with its path and its bus's name.
bool is_device(ByteReader& reader) {
  const Bytes path = reader.take(path_length);
  const Bytes bus = reader.take(bus_length);
  return !reader || (path.starts_with('/') && is_name(bus));
}

Fit judge_server(const Exchange& exchange, std::uint16_t asked) {
  if (exchange.server.empty()) return Fit::open;
  ByteReader reader{exchange.server};
  const bool version = is_version(reader.u16());
  const std::uint16_t code = reader.u16();
  const std::uint32_t status = reader.u32();
  if (!reader || !version || status > 5 || (code != list && code != import)) return Fit::alien;
  if (asked != 0 && asked != code) return Fit::alien;
  if (status != 0) return Fit::weak;
  if (code == list && reader.u32() == 0) return reader.at_end() || !reader ? Fit::fits : Fit::alien;
  if (!reader || reader.at_end()) return Fit::weak;
  return is_device(reader) ? (reader ? Fit::proves : Fit::weak) : Fit::alien;
}

Match recognize_usbip(const Exchange& exchange) {
  std::uint16_t asked = 0;
  const Fit client = judge_client(exchange, asked);
  const Fit server = judge_server(exchange, asked);
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  if (asked == import)
    match.says = Note::of("client imports the device {}",
                          Printable{until_nul(exchange.client.substr(8, bus_length))});
  else
    match.says =
        Note::of("{}", asked == list ? "client lists the devices" : "server tells of devices");
  return match;
}

constexpr Bytes list_devices = "\1\x11\x80\5\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a list of no devices",
     .client = list_devices,
     .server = "\1\x11\0\5\0\0\0\0\0\0\0\0"_b},
    {.about = "a device is imported",
     .client = "\1\x11\x80\3\0\0\0\0"
               "1-1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server = "\1\x11\0\3\0\0\0\1"_b},
    {.about = "a question alone", .client = list_devices},
    {.about = "another version", .client = "\2\x11\x80\5\0\0\0\0"_b, .expect = Certainty::none},
    {.about = "a status in a question",
     .client = "\1\x11\x80\5\0\0\0\1"_b,
     .expect = Certainty::none},
    {.about = "an answer to another question",
     .client = list_devices,
     .server = "\1\x11\0\3\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer usbip;
constinit const Recognizer usbip{
    .name = "usbip",
    .title = "USB/IP",
    .hello = {.bytes = list_devices, .about = "the devices that are exported (read only)"},
    .reference = "Linux, Documentation/usb/usbip_protocol.rst",
    .opens = {.client = ByteSet::of("\1"), .server = ByteSet::of("\1")},
    .judge = recognize_usbip,
    .examples = examples,
};

}  // namespace oddport::recognizers
