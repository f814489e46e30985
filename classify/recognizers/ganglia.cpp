// Ganglia: the state of a cluster, in XML from gmond (and gmetad) over TCP, and as gmond's
// announcements over UDP.
//
// gmond's and gmetad's answers: "<?xml ...?>", "<!DOCTYPE GANGLIA_XML [". lib/gm_protocol.x of
// Ganglia, in XDR: kind (4: 128 a description, 133 text, 129 to 135 numbers), host and name of the
// measurement (strings), whether the host is another (4: 0 or 1); a description goes on with type,
// name, units (strings), slope, two times (4 each) and a count of extra pairs of strings; a value
// with a format (string) and itself.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

Bytes read_string(ByteReader& reader) {
  const std::uint32_t length = reader.u32();
  if (length > 255) reader.fail();
  const Bytes text = reader.take(length);
  const Bytes padding = reader.take((4 - length % 4) % 4);
  if (!is_printable(text) || !is_zero(padding)) reader.fail();
  return text;
}

constexpr bool is_type(Bytes type) {
  return type == "string" || type == "float" || type == "double" || type == "timestamp" ||
         type.starts_with("int") || type.starts_with("uint");
}

bool is_description(ByteReader& reader) {
  const Bytes type = read_string(reader);
  read_string(reader);
  read_string(reader);
  const std::uint32_t slope = reader.u32();
  reader.skip(8);
  const std::uint32_t pairs = reader.u32();
  for (unsigned n = 0; n < pairs * 2 && reader; ++n) read_string(reader);
  return reader && is_type(type) && slope <= 5 && pairs <= 32;
}

bool is_value(ByteReader& reader, std::uint32_t kind) {
  const Bytes format = read_string(reader);
  if (!format.starts_with('%')) return false;
  if (kind == 133)
    read_string(reader);
  else
    reader.skip(kind == 135 ? 8 : 4);
  return static_cast<bool>(reader);
}

// The name of what is measured; empty where it is no packet of gmond.
Bytes read_packet(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint32_t kind = reader.u32();
  if (kind < 128 || kind > 136 || !message.is_whole()) return {};
  const Bytes host = read_string(reader);
  const Bytes name = read_string(reader);
  const std::uint32_t spoofed = reader.u32();
  if (!reader || host.empty() || name.empty() || spoofed > 1) return {};
  // A request for a description ends here.
  if (kind == 136) return reader.at_end() ? name : Bytes{};
  const bool fits = kind == 128 ? is_description(reader) : is_value(reader, kind);
  return fits && reader.at_end() ? name : Bytes{};
}

Match recognize(const Exchange& seen) {
  if (seen.transport == Transport::tcp) {
    const Bytes head = seen.server.substr(0, 300);
    if (!head.starts_with("<?xml ") || head.find("<!DOCTYPE GANGLIA_XML [") == Bytes::npos)
      return {};
    return confirmed("server sends GANGLIA_XML");
  }
  Bytes name;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    name = read_packet(message);
    if (name.empty()) return {};
  }
  return name.empty() ? Match{} : confirmed("gmond announces {}", Printable{name});
}

constexpr Example examples[] = {
    {.about = "the state of a cluster",
     .server = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\" standalone=\"yes\"?>\n<!DOCTYPE "
               "GANGLIA_XML [\n   <!ELEMENT GANGLIA_XML (GRID|CLUSTER|HOST)*>\n",
     .transport = Transport::tcp},
    {.about = "a value",
     .client =
         "\0\0\0\x86\0\0\0\x05host1\0\0\0\0\0\0\x08load_one\0\0\0\0\0\0\0\x04%.2f\x3e\xd7\x0a\x3d"_b,
     .transport = Transport::udp},
    {.about = "another document",
     .server = "<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html>",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a value without a format",
     .client =
         "\0\0\0\x86\0\0\0\x05host1\0\0\0\0\0\0\x08load_one\0\0\0\0\0\0\0\x04\x2e\x32\x66\x20\x3e\xd7\x0a\x3d"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
};

}  // namespace

extern const Recognizer ganglia;
constinit const Recognizer ganglia{
    .name = "ganglia",
    .title = "Ganglia",
    .transports = Transports::both,
    .era = Era::niche,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "Ganglia's lib/gm_protocol.x",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("<\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
