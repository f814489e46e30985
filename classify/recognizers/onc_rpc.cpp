// ONC RPC, and the programs that speak it: RFC 5531, sections 9 and 11; RFC 1833, 1813, 7530;
// /etc/rpc.
//
//   call   id (4), 0 (4), RPC version 2 (4), program (4), version (4), procedure (4), credential, verifier
//   reply  id (4), 1 (4), 0 accepted or 1 denied (4), verifier, state (4); an id of a call
//
// Credential and verifier are flavor (4), length (4) and at most 400 bytes. Over TCP each message
// stands behind a mark of four bytes: its length, and in the top bit whether it ends here. A call
// names its program; a reply does not.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

struct Program {
  std::uint32_t number;
  std::string_view name;
  Era era = Era::current;
};

constexpr auto programs = std::to_array<Program>({
    {2112, "kadmin", Era::niche},
    {100000, "portmap"},
    {100001, "rstat", Era::obsolete},
    {100002, "rusers", Era::obsolete},
    {100003, "nfs"},
    {100004, "ypserv", Era::obsolete},
    {100005, "mount"},
    {100007, "ypbind", Era::obsolete},
    {100008, "wall", Era::obsolete},
    {100009, "yppasswd", Era::obsolete},
    {100011, "rquota"},
    {100012, "spray", Era::obsolete},
    {100017, "rexd", Era::obsolete},
    {100020, "klm", Era::obsolete},
    {100021, "nlm"},
    {100024, "nsm"},
    {100026, "bootparam", Era::obsolete},
    {100028, "ypupdated", Era::obsolete},
    {100029, "keyserv", Era::obsolete},
    {100068, "cmsd", Era::obsolete},
    {100069, "ypxfrd", Era::obsolete},
    {100083, "ttdbserver", Era::obsolete},
    {100227, "nfs-acl"},
    {100232, "sadmind", Era::obsolete},
    {100235, "cachefsd", Era::obsolete},
    {100300, "nisplus", Era::obsolete},
    {150001, "pcnfsd", Era::obsolete},
    {300019, "amd", Era::niche},
    {391002, "fam", Era::niche},
    {1238433, "gluster", Era::niche},
    {1298433, "gluster", Era::niche},
    {1298437, "gluster", Era::niche},
    {14398633, "gluster", Era::niche},
    {34123456, "gluster", Era::niche},
    {123451501, "gluster", Era::niche},
    {545580417, "ugidd", Era::obsolete},
    {600100069, "ypxfrd", Era::obsolete},
    // What NFS version 4 servers call back: RFC 7530, section 16.
    {0x40000000, "nfs-callback"},
});

const Program* find_program(std::uint32_t number) {
  const auto found = std::ranges::find(programs, number, &Program::number);
  return found == programs.end() ? nullptr : &*found;
}

enum class Kind : std::uint8_t { none, call, reply };

struct Spoken {
  Kind kind = Kind::none;
  bool complete = false;  // the header was seen to its end
  bool telling = false;   // of a call: a known program, or who calls
  std::uint32_t id = 0;
  std::uint32_t program = 0;
  std::uint32_t version = 0;
  std::uint32_t procedure = 0;
  Bytes results = {};          // of a call that succeeded, as far as they were captured
  bool lacks_program = false;  // a reply: accepted, but the program is not here (PROG_UNAVAIL)
};

// None, system, short, Diffie-Hellman, Kerberos, RSA, GSS, TLS; the GSS flavor of kadmin.
bool is_flavor(std::uint32_t flavor) { return flavor <= 7 || flavor == 300001; }

bool read_credential(ByteReader& reader, std::uint32_t& length) {
  const std::uint32_t flavor = reader.u32();
  length = reader.u32();
  if (!reader) return false;
  if (!is_flavor(flavor) || length > 400 || (flavor == 0 && length != 0)) return false;
  reader.skip((std::size_t{length} + 3) / 4 * 4);
  return static_cast<bool>(reader);
}

bool read_credential(ByteReader& reader) {
  std::uint32_t length = 0;
  return read_credential(reader, length);
}

Spoken read_call(ByteReader reader, Spoken spoken, bool whole) {
  const std::uint32_t rpc_version = reader.u32();
  spoken.program = reader.u32();
  spoken.version = reader.u32();
  spoken.procedure = reader.u32();
  if (!reader || rpc_version != 2 || spoken.program == 0 || spoken.procedure > 0xffff) return {};
  std::uint32_t caller = 0;
  spoken.complete = read_credential(reader, caller) && read_credential(reader);
  // Of zeros and small numbers much may be a call of a program that nobody knows by a nobody.
  spoken.telling = find_program(spoken.program) != nullptr || caller >= 20;
  // A header that the capture cut is a call all the same; one that is whole and wrong is none.
  if (!spoken.complete && (whole || reader)) return {};
  spoken.kind = Kind::call;
  return spoken;
}

// RFC 5531, section 9: accepted with states 0 to 5, the second of which is followed by two
// versions.
bool is_accepted(ByteReader& reader, Spoken& spoken) {
  if (!read_credential(reader)) return false;
  const std::uint32_t state = reader.u32();
  if (reader && state == 0) spoken.results = reader.rest();
  spoken.lacks_program = reader && state == 1;
  if (state != 2) return reader && state <= 5;
  const std::uint32_t lowest = reader.u32();
  return reader.u32() >= lowest && reader;
}

// Denied for the RPC version, or for one of fifteen reasons of authentication.
bool is_denied(ByteReader& reader) {
  const std::uint32_t reason = reader.u32();
  const std::uint32_t detail = reader.u32();
  if (reason == 0) return reader.u32() >= detail && reader;
  return reader && reason == 1 && detail <= 14;
}

Spoken read_reply(ByteReader reader, Spoken spoken, bool whole) {
  const std::uint32_t status = reader.u32();
  if (!reader || status > 1) return {};
  spoken.complete = status == 0 ? is_accepted(reader, spoken) : is_denied(reader);
  if (!spoken.complete && (whole || reader)) return {};
  spoken.kind = Kind::reply;
  return spoken;
}

Spoken read_message(Bytes message, bool whole) {
  ByteReader reader{message};
  Spoken spoken;
  spoken.id = reader.u32();
  const std::uint32_t kind = reader.u32();
  if (!reader || kind > 1) return {};
  return kind == 0 ? read_call(reader, spoken, whole) : read_reply(reader, spoken, whole);
}

// The message behind the mark that the reader stands before, up to what was captured; the reader
// moves on behind it.
Spoken read_record(ByteReader& reader) {
  const std::uint32_t mark = reader.u32();
  const std::uint32_t length = mark & 0x7fffffff;
  if (!reader || length < 16 || length > 0x1000000) return {};
  const bool whole = reader.remaining() >= length;
  return read_message(reader.take(std::min<std::size_t>(length, reader.remaining())), whole);
}

// A stream joined in its middle: the first place where a whole header stands behind a mark.
Spoken search_record(Bytes stream, Kind kind) {
  for (std::size_t n = 0; n + 28 <= stream.size(); ++n) {
    // No record is so long that more than its mark's lowest bit is set in the first byte.
    if ((static_cast<unsigned char>(stream[n]) & 0xfe) != 0x80) continue;
    ByteReader reader{stream.substr(n)};
    const Spoken spoken = read_record(reader);
    if (spoken.kind != kind || !spoken.complete) continue;
    if (kind == Kind::reply || spoken.telling) return spoken;
  }
  return {};
}

Spoken listen(const Exchange& seen, Side side) {
  const Message first = seen.nth(side, 0);
  if (seen.transport == Transport::udp) {
    // XDR works in units of four bytes.
    if (first.wire_length % 4 != 0) return {};
    return read_message(first.bytes, first.is_whole());
  }
  ByteReader reader{seen.said(side)};
  const Spoken spoken = read_record(reader);
  const bool from_start = side == Side::client ? seen.client_from_start : seen.server_from_start;
  if (spoken.kind != Kind::none || from_start) return spoken;
  return search_record(seen.said(side), side == Side::client ? Kind::call : Kind::reply);
}

// The reply to this call among the first messages of the server.
Spoken find_answer(const Exchange& seen, std::uint32_t id) {
  ByteReader reader{seen.server};
  for (std::size_t n = 0; n < 8; ++n) {
    const Message message = seen.nth(Side::server, n);
    const Spoken spoken = seen.transport == Transport::udp
                              ? read_message(message.bytes, message.is_whole())
                              : read_record(reader);
    if (spoken.kind == Kind::reply && spoken.id == id) return spoken;
  }
  return {};
}

Note describe_call(const Spoken& call, std::string_view rest) {
  const Program* program = find_program(call.program);
  if (program == nullptr)
    return Note::of("client calls program {} version {}, procedure {}{}", call.program,
                    call.version, call.procedure, rest);
  const std::string_view old = program->era == Era::obsolete ? ", an obsolete program" : "";
  return Note::of("client calls {} version {}, procedure {}{}{}", program->name, call.version,
                  call.procedure, old, rest);
}

Match judge_call(const Exchange& seen, const Spoken& call, bool odd_server) {
  const Spoken answer = find_answer(seen, call.id);
  const bool answered = answer.kind == Kind::reply;
  Match match;
  match.certainty = answered        ? Certainty::confirmed
                    : !call.telling ? Certainty::hint
                    : call.complete ? Certainty::confirmed
                                    : Certainty::likely;
  // A server that speaks unasked runs another protocol, whatever is then asked of it.
  if (odd_server)
    match.certainty =
        std::min(match.certainty, seen.server_speaks_first() ? Certainty::hint : Certainty::likely);
  // A server without the program speaks RPC all the same.
  if (const Program* program = find_program(call.program);
      program != nullptr && !answer.lacks_program) {
    match.protocol = program->name;
    if (program->era != Era::current) match.era = program->era;
  }
  match.says = describe_call(call, answer.lacks_program ? ", which the server does not have"
                                   : answered           ? ", server answers"
                                   : odd_server         ? ", the answer is not RPC"
                                                        : "");
  return match;
}

// Numbers of calls begin anywhere; zeros and small numbers are everywhere.
bool is_drawn(std::uint32_t id) { return id > 0xffff && (id & 0xff00) != 0; }

// RFC 1813, section 2.5: the attributes of a file or folder, with the times in seconds and nanoseconds.
bool is_file_attributes(ByteReader reader) {
  const std::uint32_t type = reader.u32();
  const std::uint32_t mode = reader.u32();
  const std::uint32_t links = reader.u32();
  reader.skip(48);  // owner, group, size, space used, device, file system, number
  if (type < 1 || type > 7 || mode > 0xffff || links == 0) return false;
  for (int n = 0; n < 3; ++n) {
    reader.skip(4);
    if (reader.u32() >= 1'000'000'000) return false;
  }
  return static_cast<bool>(reader);
}

// Most procedures of NFS version 3 answer 0, then 1 and the attributes of what they were asked about; GETATTR leaves the
// 1 out. No other program of the list does, but its companion for access control lists.
bool is_answer_of_nfs(Bytes results) {
  ByteReader reader{results};
  if (reader.u32() != 0 || !reader) return false;
  if (is_file_attributes(reader)) return true;
  return reader.u32() == 1 && is_file_attributes(reader);
}

// Without its call a reply tells that it is RPC, and only seldom of which program.
Match judge_reply(const Exchange& seen, const Spoken& reply, bool odd_client) {
  if (!reply.complete || !is_drawn(reply.id)) return hint("server seems to answer a call");
  if (odd_client && seen.client_from_start) return likely("server answers as to a call");
  if (is_answer_of_nfs(reply.results)) {
    Match match = likely(
        "server answers a call that was not captured with a file's attributes, as NFS 3 does");
    match.protocol = "nfs";
    return match;
  }
  // Surely RPC; but the protocol is the program, and only the call names it.
  return likely(
      "server answers a call that was not captured, of a program that only the call would name");
}

Match recognize(const Exchange& seen) {
  const Spoken client = listen(seen, Side::client);
  const Spoken server = listen(seen, Side::server);
  // Orientation: who only replies is the server, who only calls is the client.
  if (client.kind == Kind::reply) return {};
  const bool odd_server =
      server.kind == Kind::none && !seen.server.empty() && seen.server_from_start;
  if (client.kind == Kind::call) return judge_call(seen, client, odd_server);
  if (server.kind != Kind::reply) return {};
  return judge_reply(seen, server, !seen.client.empty());
}

// The names, each once.
constexpr auto also = [] {
  std::array<std::string_view, programs.size() - 6> names{};
  std::size_t size = 0;
  for (const Program& program : programs)
    if (std::find(names.begin(), names.begin() + size, program.name) == names.begin() + size)
      names[size++] = program.name;
  return names;
}();
static_assert(!also.back().empty());

constexpr auto homes = std::to_array<Home>({
    {.port = 111, .service = "sunrpc"},
    {.port = 111, .transport = Transport::udp, .service = "sunrpc"},
    {.port = 749, .service = "kerberos-adm", .era = Era::niche},
    {.port = 749, .transport = Transport::udp, .service = "kerberos-adm", .era = Era::niche},
    {.port = 2049, .service = "nfs"},
    {.port = 2049, .transport = Transport::udp, .service = "nfs"},
});

constexpr Bytes mount_null =
    "\x78\x17\xfb\x85\0\0\0\0\0\0\0\x02\0\x01\x86\xa5\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0"_b;
constexpr Bytes success = "\x78\x17\xfb\x85\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "mount over UDP",
     .client = mount_null,
     .server = success,
     .protocol = "mount",
     .transport = Transport::udp},
    {.about = "NFS over TCP",
     .client = "\x80\0\0\x28\x67\xde\x01\x7b\0\0\0\0\0\0\0\x02\0\x01\x86\xa3\0\0\0\x03\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server = "\x80\0\0\x18\x67\xde\x01\x7b\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .protocol = "nfs",
     .transport = Transport::tcp},
    {.about = "a program that the server does not have",
     .client = mount_null,
     .server = "\x78\x17\xfb\x85\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"_b,
     .protocol = "onc-rpc",
     .transport = Transport::udp},
    {.about = "only the call was captured",
     .client = mount_null,
     .protocol = "mount",
     .transport = Transport::udp},
    {.about = "only the reply was captured",
     .server = success,
     .expect = Certainty::likely,
     .protocol = "onc-rpc",
     .transport = Transport::udp},
    {.about = "only the reply was captured, and tells of a folder",
     .server = "\x78\x17\xfb\x85\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\x41\xed\0\0\0\x02\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\x03\x09\0\0\0\0\0\0\x77\x42"
               "\x5f\0\0\x01\0\0\0\x05\x5f\0\0\x01\0\0\0\x06\x5f\0\0\x01\0\0\0\x07"_b,
     .expect = Certainty::likely,
     .protocol = "nfs",
     .transport = Transport::udp},
    {.about = "a program that no list has, with a system credential, and a version mismatch",
     .client =
         "\x12\x34\x56\x78\0\0\0\0\0\0\0\x02\x20\0\x12\x34\0\0\0\x01\0\0\0\x05\0\0\0\x01\0\0\0\x18"
         "\x01\x02\x03\x04\0\0\0\x04host\0\0\x03\xe8\0\0\x03\xe8\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server = "\x12\x34\x56\x78\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\x02\0\0\0\x03"_b,
     .protocol = "onc-rpc",
     .transport = Transport::udp},
    {.about = "an answer in another protocol",
     .client = "\x80\0\0\x28\x7e\x86\xab\x4a\0\0\0\0\0\0\0\x02\0\x01\x86\xa3\0\0\0\x03\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server = "\x80\0\0\x28\0\x03\xab\xca\x01"_b,
     .expect = Certainty::likely,
     .protocol = "nfs",
     .transport = Transport::tcp},
    {.about = "RPC version 3",
     .client = "\x78\x17\xfb\x85\0\0\0\0\0\0\0\x03\0\x01\x86\xa5\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a credential of an unknown flavor",
     .client = "\x78\x17\xfb\x85\0\0\0\0\0\0\0\x02\0\x01\x86\xa5\0\0\0\x03\0\0\0\0\0\0\0\x99\0\0"
               "\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "TCP without the mark",
     .client = mount_null,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a reply from the client",
     .client = success,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a single byte too many",
     .client = "\x78\x17\xfb\x85\0\0\0\0\0\0\0\x02\0\x01\x86\xa5\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0!"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
});

constexpr Bytes question =
    "oddp\0\0\0\0\0\0\0\x02\0\x01\x86\xa0\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

// The mark: whether it is the last fragment, and a length up to 16 MiB.
constexpr ByteSet of_mark = ByteSet::of("\0\x01\x80\x81"_b);

}  // namespace

extern const Recognizer onc_rpc;
constinit const Recognizer onc_rpc{
    .name = "onc-rpc",
    .title = "ONC RPC",
    .transports = Transports::both,
    .homes = homes,
    .reserved_source_port = true,
    .hello = {.bytes = question,
              .about = "a call of procedure 0, which does nothing",
              .over_tcp =
                  "\x80\0\0\x28"
                  "oddp\0\0\0\0\0\0\0\x02\0\x01\x86\xa0\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                  "\0\0\0\0\0"_b},
    .reference = "RFC 5531, sections 9 and 11",
    .also = also,
    .opens = {.client = of_mark, .server = of_mark},
    .opens_over_udp = Openings{},
    .joins_late = true,
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
