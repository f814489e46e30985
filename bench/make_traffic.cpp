// Writes a capture of made-up traffic to measure readers with: make_traffic mixed|small BYTES SEED FILE [PERCENT]
//
// "mixed" has packets of about 300 bytes in the mean, "small" of about 70. Four packets in a hundred (or PERCENT) touch a port of
// 500-1023, in flows of about ten packets that speak real protocols (HTTP, SSH, SMTP, rsync, syslog, TLS, ONC RPC, DNS, RIP) or,
// one in eight, nothing known; the rest is traffic on other ports over IPv4, IPv6 and VLANs, with some ICMP and ARP.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Random = std::mt19937_64;

struct Shape {
  std::vector<std::size_t> payload_sizes;  // drawn evenly
};

// Means, with 54 to 62 bytes of headers and the 16 of the record counted by the caller.
Shape shape_of(std::string_view name) {
  if (name == "mixed") return {{0, 0, 0, 12, 48, 90, 160, 220, 300, 420, 560, 1180}};
  return {{0, 0, 0, 6, 6, 12, 18, 24, 32, 48}};
}

class Writer {
 public:
  explicit Writer(const char* path) : file_(std::fopen(path, "wb")) {
    if (file_ == nullptr) {
      std::perror(path);
      std::exit(1);
    }
    std::setvbuf(file_, nullptr, _IOFBF, 1 << 20);
    const std::array<std::uint32_t, 6> header{0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1};
    put(header.data(), sizeof header);
  }
  ~Writer() { std::fclose(file_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void packet(const std::string& bytes) {
    now_us_ += 20;  // 50,000 packets a second: a busy link of an office
    const auto size = static_cast<std::uint32_t>(bytes.size());
    const std::array<std::uint32_t, 4> record{static_cast<std::uint32_t>(now_us_ / 1'000'000),
                                              static_cast<std::uint32_t>(now_us_ % 1'000'000), size,
                                              size};
    put(record.data(), sizeof record);
    put(bytes.data(), bytes.size());
  }
  std::uint64_t written() const { return written_; }

 private:
  void put(const void* data, std::size_t size) {
    if (std::fwrite(data, 1, size, file_) != size) {
      std::perror("write");
      std::exit(1);
    }
    written_ += size;
  }
  std::FILE* file_;
  std::uint64_t written_ = 0;
  std::uint64_t now_us_ = 1'700'000'000'000'000;
};

void append_u16(std::string& out, std::uint32_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value);
}
void append_u32(std::string& out, std::uint32_t value) {
  append_u16(out, value >> 16);
  append_u16(out, value & 0xffff);
}

struct Pair {
  std::uint32_t client = 0;
  std::uint32_t server = 0;
  std::uint16_t client_port = 0;
  std::uint16_t server_port = 0;
  bool tcp = true;
  bool v6 = false;
  bool vlan = false;
};

struct TcpState {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  std::uint8_t flags = 0x10;
};

std::string frame(const Pair& pair, bool to_server, const TcpState& tcp, std::string_view payload) {
  std::string out("\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02", 12);
  if (pair.vlan) out.append("\x81\x00\x00\x2a", 4);
  const std::size_t transport_size = (pair.tcp ? 20 : 8) + payload.size();
  const std::uint32_t from = to_server ? pair.client : pair.server;
  const std::uint32_t to = to_server ? pair.server : pair.client;
  if (pair.v6) {
    append_u16(out, 0x86dd);
    append_u32(out, 0x60000000);
    append_u16(out, static_cast<std::uint32_t>(transport_size));
    out += static_cast<char>(pair.tcp ? 6 : 17);
    out += static_cast<char>(64);
    for (const std::uint32_t address : {from, to}) {
      append_u32(out, 0x20010db8);
      append_u32(out, 0);
      append_u32(out, 0);
      append_u32(out, address);
    }
  } else {
    append_u16(out, 0x0800);
    append_u16(out, 0x4500);
    append_u16(out, static_cast<std::uint32_t>(20 + transport_size));
    append_u32(out, 0x00004000);
    out += static_cast<char>(64);
    out += static_cast<char>(pair.tcp ? 6 : 17);
    append_u16(out, 0);
    append_u32(out, from);
    append_u32(out, to);
  }
  append_u16(out, to_server ? pair.client_port : pair.server_port);
  append_u16(out, to_server ? pair.server_port : pair.client_port);
  if (pair.tcp) {
    append_u32(out, tcp.sequence);
    append_u32(out, tcp.acknowledgment);
    out += '\x50';
    out += static_cast<char>(tcp.flags);
    append_u16(out, 0xffff);
    append_u32(out, 0);
  } else {
    append_u16(out, static_cast<std::uint32_t>(8 + payload.size()));
    append_u16(out, 0);
  }
  out.append(payload);
  return out;
}

// ---- Conversations ----

struct Turn {
  bool to_server = true;
  std::string bytes;
};

enum class Filler { text, random, last_turn };

// What is said first; a TCP conversation goes on with filler, a UDP one says the same again.
struct Talk {
  bool tcp = true;
  Filler filler = Filler::random;
  std::vector<Turn> turns;
};

std::string sized_u16(std::string_view bytes) {
  std::string out;
  append_u16(out, static_cast<std::uint32_t>(bytes.size()));
  out.append(bytes);
  return out;
}

std::string tls_record(char handshake, std::string_view body) {
  std::string message(1, handshake);
  message += '\0';
  message += sized_u16(body);
  return "\x16\x03\x01" + sized_u16(message);
}

std::string random_bytes(Random& random, std::size_t count) {
  std::string out(count, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

// RFC 8446, section 4.1.2: with a server name, ALPN, versions and a key share.
Talk tls(Random& random) {
  using namespace std::string_literals;
  const std::string share = random_bytes(random, 32);
  std::string extensions = "\0\0"s + sized_u16(sized_u16("\0"s + sized_u16("www.example.org")));
  extensions += "\0\x10"s + sized_u16(sized_u16("\x02h2"));
  extensions += "\0\x2b"s + sized_u16("\x02\x03\x04");
  extensions += "\0\x33"s + sized_u16(sized_u16("\0\x1d"s + sized_u16(share)));
  const std::string greeting =
      "\x03\x03" + random_bytes(random, 32) + '\x20' + random_bytes(random, 32);
  const std::string hello =
      greeting + sized_u16("\x13\x01\x13\x02\x13\x03\xc0\x2b") + "\x01\0"s + sized_u16(extensions);
  const std::string chosen =
      "\0\x2b"s + sized_u16("\x03\x04") + "\0\x33"s + sized_u16("\0\x1d"s + sized_u16(share));
  const std::string answer = greeting + "\x13\x01\0"s + sized_u16(chosen);
  return {true, Filler::random, {{true, tls_record(1, hello)}, {false, tls_record(2, answer)}}};
}

// RFC 5531: procedure 0 of the port mapper; over TCP behind a record mark.
Talk rpc(Random& random, bool tcp) {
  const auto mark = [tcp](const std::string& message) {
    std::string out;
    if (tcp) append_u32(out, 0x80000000 | static_cast<std::uint32_t>(message.size()));
    return out + message;
  };
  std::string call = random_bytes(random, 4);
  std::string reply = call;
  for (const std::uint32_t word : {0u, 2u, 100000u, 2u, 0u, 0u, 0u, 0u, 0u}) append_u32(call, word);
  for (const std::uint32_t word : {1u, 0u, 0u, 0u, 0u}) append_u32(reply, word);
  return {tcp, Filler::random, {{true, mark(call)}, {false, mark(reply)}}};
}

// RFC 1035, section 4.1.
Talk dns(Random& random) {
  using namespace std::string_literals;
  const std::string id = random_bytes(random, 2);
  const std::string question =
      "\x03www\x07"
      "example\x03org\0\0\x01\0\x01"s;
  const std::string answer = "\xc0\x0c\0\x01\0\x01\0\0\x0e\x10\0\x04\xc6\x33\x64\x07"s;
  return {false,
          Filler::random,
          {{true, id + "\x01\0\0\x01\0\0\0\0\0\0"s + question},
           {false, id + "\x81\x80\0\x01\0\x01\0\0\0\0"s + question + answer}}};
}

// RFC 2453, section 4: one route told.
Talk rip() {
  using namespace std::string_literals;
  return {false,
          Filler::random,
          {{true, "\x02\x02\0\0\0\x02\0\0\x0a\x01\0\0\xff\xff\0\0\0\0\0\0\0\0\0\x01"s}}};
}

Talk draw_tcp_talk(Random& random) {
  switch (random() % 8) {
    case 0:
      return {true,
              Filler::text,
              {{true, "GET /status HTTP/1.1\r\nHost: www.example.org\r\nAccept: */*\r\n\r\n"},
               {false,
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n"}}};
    case 1:
      return {true,
              Filler::random,
              {{false, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"}, {true, "SSH-2.0-OpenSSH_9.2p1\r\n"}}};
    case 2:
      return {true,
              Filler::text,
              {{false, "220 mail.example.org ESMTP\r\n"},
               {true, "EHLO host.example.org\r\n"},
               {false, "250-mail.example.org\r\n250 STARTTLS\r\n"}}};
    case 3:
      return {true,
              Filler::random,
              {{false, "@RSYNCD: 31.0\n"}, {true, "@RSYNCD: 31.0\n"}, {true, "files\n"}}};
    case 4:
      return {true, Filler::last_turn, {{true, "<34>Oct 11 22:14:15 host su: 'su root' failed\n"}}};
    case 5:
      return tls(random);
    case 6:
      return rpc(random, true);
    default:
      return {true,
              Filler::random,
              {{true, "\x01\x02\x03\x04 nothing known"}, {false, random_bytes(random, 24)}}};
  }
}

Talk draw_udp_talk(Random& random) {
  switch (random() % 8) {
    case 0:
    case 1:
      return {false, Filler::random, {{true, "<34>Oct 11 22:14:15 host su: 'su root' failed"}}};
    case 2:
    case 3:
      return dns(random);
    case 4:
    case 5:
      return rpc(random, false);
    case 6:
      return rip();
    default:
      return {false,
              Filler::random,
              {{true, random_bytes(random, 30)}, {false, random_bytes(random, 20)}}};
  }
}

// A conversation on a watched port, played a packet at a time.
class WatchedFlow {
 public:
  WatchedFlow(Random& random, const Shape& shape) : random_(random), shape_(shape) {
    pair_.client = 0x0a000000 | static_cast<std::uint32_t>(random_() & 0xffff);
    pair_.server = 0xc6120000 | static_cast<std::uint32_t>(random_() & 0xff);
    pair_.client_port = static_cast<std::uint16_t>(1024 + random_() % 64000);
    pair_.server_port = static_cast<std::uint16_t>(500 + random_() % 524);
    pair_.tcp = random_() % 10 < 7;
    pair_.v6 = random_() % 10 == 0;
    talk_ = pair_.tcp ? draw_tcp_talk(random) : draw_udp_talk(random);
    left_ = static_cast<int>(4 + random_() % 13);
    client_sequence_ = static_cast<std::uint32_t>(random_());
    server_sequence_ = static_cast<std::uint32_t>(random_());
  }

  bool over() const { return left_ <= 0; }

  std::string next() {
    --left_;
    const std::size_t step = step_++;
    if (!pair_.tcp) {
      const Turn& turn = talk_.turns[step % talk_.turns.size()];
      return frame(pair_, turn.to_server, {}, turn.bytes);
    }
    if (step == 0) return tcp(true, 0x02, {});
    if (step == 1) return tcp(false, 0x12, {});
    if (step == 2) return tcp(true, 0x10, {});
    if (left_ == 1) return tcp(true, 0x11, {});
    if (left_ == 0) return tcp(false, 0x11, {});
    if (step - 3 < talk_.turns.size())
      return tcp(talk_.turns[step - 3].to_server, 0x18, talk_.turns[step - 3].bytes);
    if (talk_.filler == Filler::last_turn)
      return tcp(talk_.turns.back().to_server, 0x18, talk_.turns.back().bytes);
    return tcp(step % 2 != 0, 0x18, filler());
  }

 private:
  std::string tcp(bool to_server, std::uint8_t flags, std::string_view payload) {
    std::uint32_t& mine = to_server ? client_sequence_ : server_sequence_;
    const std::uint32_t theirs = to_server ? server_sequence_ : client_sequence_;
    std::string out = frame(pair_, to_server, {mine, theirs, flags}, payload);
    mine += static_cast<std::uint32_t>(payload.size()) + ((flags & 0x03) != 0 ? 1 : 0);
    return out;
  }
  std::string filler() {
    const std::size_t size = shape_.payload_sizes[random_() % shape_.payload_sizes.size()];
    return talk_.filler == Filler::text ? std::string(size, 'x') : random_bytes(random_, size);
  }

  Random& random_;
  const Shape& shape_;
  Pair pair_;
  Talk talk_;
  int left_ = 0;
  std::size_t step_ = 0;
  std::uint32_t client_sequence_ = 0;
  std::uint32_t server_sequence_ = 0;
};

// ---- All other traffic ----

std::uint16_t unwatched_port(Random& random) {
  static constexpr std::array<std::uint16_t, 8> usual{443, 443, 443, 80, 53, 22, 445, 8080};
  return random() % 2 == 0 ? usual[random() % usual.size()]
                           : static_cast<std::uint16_t>(1024 + random() % 64000);
}

std::string other_packet(Random& random, const Shape& shape) {
  static const std::string text(2000, 'y');
  Pair pair;
  pair.client = 0x0a000000 | static_cast<std::uint32_t>(random() & 0xfffff);
  pair.server = 0xcb007100 | static_cast<std::uint32_t>(random() & 0xff);
  pair.client_port = static_cast<std::uint16_t>(1024 + random() % 64000);
  pair.server_port = unwatched_port(random);
  const auto kind = random() % 100;
  pair.tcp = kind < 72;
  pair.v6 = random() % 10 == 0;
  pair.vlan = random() % 20 == 0;
  const std::size_t size = shape.payload_sizes[random() % shape.payload_sizes.size()];
  std::string out = frame(pair, random() % 2 == 0, {static_cast<std::uint32_t>(random()), 1, 0x10},
                          std::string_view(text).substr(0, size));
  const std::size_t network = pair.vlan ? 18 : 14;
  if (kind >= 97 && !pair.v6) out[network + 9] = 1;                      // ICMP
  if (kind == 96) out[network - 2] = '\x08', out[network - 1] = '\x06';  // ARP
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) {
    std::fprintf(stderr, "usage: make_traffic mixed|small BYTES SEED FILE [PERCENT]\n");
    return 2;
  }
  const Shape shape = shape_of(argv[1]);
  const std::uint64_t wanted = std::strtoull(argv[2], nullptr, 10);
  Random random(std::strtoull(argv[3], nullptr, 10));
  Writer writer(argv[4]);
  std::vector<WatchedFlow> open;
  constexpr std::size_t open_flows = 500;
  const std::uint64_t percent = argc > 5 ? std::strtoull(argv[5], nullptr, 10) : 4;
  while (writer.written() < wanted) {
    if (random() % 100 >= percent) {
      writer.packet(other_packet(random, shape));
      continue;
    }
    if (open.size() < open_flows) open.emplace_back(random, shape);
    const std::size_t chosen = random() % open.size();
    writer.packet(open[chosen].next());
    if (open[chosen].over()) {
      std::destroy_at(&open[chosen]);
      std::construct_at(&open[chosen], random, shape);
    }
  }
  return 0;
}
