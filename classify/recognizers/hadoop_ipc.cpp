// Hadoop's remote procedure calls: name nodes of HDFS, YARN, HBase.
//
// Apache Hadoop, ipc.Client and ipc.Server. The client opens "hrpc" (HBase: "HBas"), version (3 to 9), since 7 class of service, and
// how it proves who it is (0 or 50 none, 51 and df SASL, 52); then frames of length (4) whose head is a protobuf message with its length
// before it. The server says nothing of its own: a status, a length, or HTTP where it is asked so.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

// SASL and none, as versions 9 and before write them.
bool is_method(std::uint8_t method) {
  return method == 0 || method == 0xdf || (method >= 0x50 && method <= 0x54);
}

Fit read_client(Bytes bytes, std::uint8_t& version) {
  ByteReader reader{bytes};
  const bool hbase = reader.accept_if("HBas");
  if (!hbase) reader.accept("hrpc");
  version = reader.u8();
  if (hbase) {
    const std::uint8_t method = reader.u8();
    return reader && version == 0 && method >= 0x50 && method <= 0x52 ? Fit::proves : Fit::alien;
  }
  if (version >= 7) reader.skip(1);
  const std::uint8_t method = version >= 4 ? reader.u8() : std::uint8_t{0};
  if (!reader || version < 2 || version > 9 || !is_method(method)) return Fit::alien;
  if (version < 9) return Fit::proves;
  const std::uint32_t length = reader.u32();
  return !reader || (length > 0 && length < 0x100000) ? Fit::proves : Fit::alien;
}

// An answer: length (4), length of the head (1 or 2), the head: field 1 the call, field 2 the status.
Fit read_server(Bytes bytes) {
  ByteReader reader{bytes};
  const std::uint32_t length = reader.u32();
  const std::uint8_t head = reader.u8();
  const std::uint8_t field = reader.u8();
  return reader && length > 4 && length < 0x1000000 && head > 4 && field == 0x08 ? Fit::weak
                                                                                 : Fit::open;
}

Match recognize_hadoop_ipc(const Exchange& seen) {
  std::uint8_t version = 0;
  const Fit asks =
      judge_stream(seen, Side::client, [&](Bytes bytes) { return read_client(bytes, version); });
  if (asks != Fit::proves) return {};
  const bool other = seen.server.starts_with("HTTP/") || seen.server.starts_with("SSH-");
  const Fit answers = other ? Fit::alien : judge_stream(seen, Side::server, read_server);
  return answer(weigh(seen, asks, answers), "client opens version {}", version);
}

constexpr Bytes opening = "hrpc\x09\0\0\0\0\0\x0e\6\x08\2\x10\0\x18\x05\x06\x12\4user"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "version 9", .client = opening},
    {.about = "version 9, answered",
     .client = "hrpc\x09\0\xdf\0\0\0\x1b\x16\x08\2\x10\0\x18\xdf\xff\xff\xff\x0f"_b,
     .server = "\0\0\0\x1c\x1a\x08\xdf\xff\xff\xff\x0f\x10\0\x18\x09\x3a"_b},
    {.about = "version 4", .client = "hrpc\4\x50\0\0\0\x3a"_b},
    {.about = "the letters in a text", .client = "hrpc is not spoken\n", .expect = Certainty::none},
    {.about = "a version that never was", .client = "hrpc\x0c\0\0"_b, .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = opening,
     .server = "HTTP/1.1 404 Not Found\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer hadoop_ipc;
constinit const Recognizer hadoop_ipc{
    .name = "hadoop-ipc",
    .title = "Hadoop IPC",
    .hello = {.about = "nothing: a call would need a user"},
    .reference = "Apache Hadoop, ipc.Client",
    .opens = {.client = ByteSet::of("hH"), .server = {}},
    .judge = recognize_hadoop_ipc,
    .examples = examples,
};

}  // namespace oddport::recognizers
