// Writes a capture of made-up traffic to measure readers with: make_traffic mixed|small BYTES SEED FILE [PERCENT]
//
// "mixed" has packets of about 300 bytes in the mean, "small" of about 70. Four packets in a hundred (or PERCENT) touch a port of
// 500-1023, in flows of about ten packets that speak real protocols (syslog, SSH, TLS, HTTP, DNS, ONC RPC) or nothing
// known; the rest is traffic on other ports over IPv4, IPv6 and VLANs, with some ICMP and ARP.
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

// A conversation on a watched port, played a packet at a time.
class WatchedFlow {
 public:
  WatchedFlow(Random& random, const Shape& shape) : random_(random), shape_(shape) {
    static constexpr std::array<std::string_view, 6> openings{
        "GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2p1\r\n",
        "<34>Oct 11 22:14:15 host su: test\n",
        "@RSYNCD: 31.0\n",
        "\x01\x02\x03\x04 nothing known",
        "EHLO mail.example.org\r\n"};
    pair_.client = 0x0a000000 | static_cast<std::uint32_t>(random_() & 0xffff);
    pair_.server = 0xc6120000 | static_cast<std::uint32_t>(random_() & 0xff);
    pair_.client_port = static_cast<std::uint16_t>(1024 + random_() % 64000);
    pair_.server_port = static_cast<std::uint16_t>(500 + random_() % 524);
    pair_.tcp = random_() % 10 < 7;
    pair_.v6 = random_() % 10 == 0;
    opening_ = openings[random_() % openings.size()];
    left_ = static_cast<int>(4 + random_() % 13);
    client_sequence_ = static_cast<std::uint32_t>(random_());
    server_sequence_ = static_cast<std::uint32_t>(random_());
  }

  bool over() const { return left_ <= 0; }

  std::string next() {
    --left_;
    const int step = step_++;
    if (!pair_.tcp) return frame(pair_, step % 2 == 0, {}, step == 0 ? opening_ : filler());
    if (step == 0) return tcp(true, 0x02, {});
    if (step == 1) return tcp(false, 0x12, {});
    if (step == 2) return tcp(true, 0x10, {});
    if (step == 3) return tcp(true, 0x18, opening_);
    if (left_ == 1) return tcp(true, 0x11, {});
    if (left_ == 0) return tcp(false, 0x11, {});
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
  std::string_view filler() {
    static const std::string text(2000, 'x');
    return std::string_view(text).substr(
        0, shape_.payload_sizes[random_() % shape_.payload_sizes.size()]);
  }

  Random& random_;
  const Shape& shape_;
  Pair pair_;
  std::string_view opening_;
  int left_ = 0;
  int step_ = 0;
  std::uint32_t client_sequence_ = 0;
  std::uint32_t server_sequence_ = 0;
};

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
