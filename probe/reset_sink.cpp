#include "probe/reset_sink.h"

#include <arpa/inet.h>
#include <linux/bpf.h>
#include <net/ethernet.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <span>
#include <vector>

#include "capture/ip_protocol.h"

namespace oddport {
namespace {

// BPF_TCX_INGRESS of linux/bpf.h, which has it since Linux 6.6.
constexpr auto at_ingress = static_cast<bpf_attach_type>(46);
// TCX_DROP and TCX_NEXT there.
constexpr int drop = 2;
constexpr int go_on = -1;

enum Register : std::uint8_t { result = 0, packet = 1, begin = 2, end = 3, value = 4 };

// Where the TCP header lies in the plainest frame of a family.
constexpr int tcp_over_v4 = 14 + 20;
constexpr int tcp_over_v6 = 14 + 40;
constexpr int flags_at = 13;  // RFC 9293, section 3.1
constexpr int reset_flag = 0x04;

// Tests that lead to `drop` or, where one fails, to `go_on`.
class Program {
 public:
  void load_packet() {
    add(BPF_LDX | BPF_MEM | BPF_W, begin, packet, offsetof(__sk_buff, data));
    add(BPF_LDX | BPF_MEM | BPF_W, end, packet, offsetof(__sk_buff, data_end));
  }
  void want_bytes(int count) {
    add(BPF_ALU64 | BPF_MOV | BPF_X, value, begin);
    add(BPF_ALU64 | BPF_ADD | BPF_K, value, 0, 0, count);
    failing_.push_back(program_.size());
    add(BPF_JMP | BPF_JGT | BPF_X, value, end);
  }
  // `size`: BPF_B or BPF_H, which comes in the network's order.
  void load(std::uint8_t size, int offset) {
    add(static_cast<std::uint8_t>(BPF_LDX | BPF_MEM | size), value, begin, offset);
  }
  void fail_if(std::uint8_t comparison, int operand) {
    failing_.push_back(program_.size());
    jump(comparison, operand);
  }
  // Goes on at the next land() if the value is not this.
  void unless(int wanted) {
    pending_ = program_.size();
    jump(BPF_JNE, wanted);
  }
  void land() { program_[pending_].off = distance_from(pending_); }
  void drop_resets(int tcp, const ReplyFilter& ours) {
    load(BPF_B, tcp + flags_at);
    add(BPF_ALU64 | BPF_AND | BPF_K, value, 0, 0, reset_flag);
    fail_if(BPF_JEQ, 0);
    load(BPF_H, tcp + 2);  // destination port
    add(BPF_ALU | BPF_END | BPF_TO_BE, value, 0, 0, 16);
    fail_if(BPF_JLT, ours.lowest_port);
    fail_if(BPF_JGT, ours.highest_port);
    finish_with(drop);
  }
  std::span<const bpf_insn> finish() {
    for (const std::size_t at : failing_) program_[at].off = distance_from(at);
    finish_with(go_on);
    return program_;
  }

 private:
  void add(std::uint8_t code, std::uint8_t to, std::uint8_t from = 0, int offset = 0,
           int constant = 0) {
    bpf_insn instruction{};
    instruction.code = code;
    instruction.dst_reg = to & 0xf;
    instruction.src_reg = from & 0xf;
    instruction.off = static_cast<std::int16_t>(offset);
    instruction.imm = constant;
    program_.push_back(instruction);
  }
  void jump(std::uint8_t comparison, int operand) {
    add(static_cast<std::uint8_t>(BPF_JMP | BPF_K | comparison), value, 0, 0, operand);
  }
  void finish_with(int verdict) {
    add(BPF_ALU64 | BPF_MOV | BPF_K, result, 0, 0, verdict);
    add(BPF_JMP | BPF_EXIT, 0);
  }
  std::int16_t distance_from(std::size_t at) const {
    return static_cast<std::int16_t>(program_.size() - at - 1);
  }

  std::vector<bpf_insn> program_;
  std::vector<std::size_t> failing_;  // jumps to the end
  std::size_t pending_ = 0;           // the jump to the next land()
};

// Frames with VLAN tags, IP options, extension headers and fragments are left alone.
Program program_for(const ReplyFilter& ours) {
  constexpr int more = 4;  // than the ports and the flags
  Program program;
  program.load_packet();
  program.want_bytes(tcp_over_v4 + flags_at + more);
  program.load(BPF_H, 12);
  program.unless(htons(ETHERTYPE_IP));
  program.load(BPF_B, 14);
  program.fail_if(BPF_JNE, 0x45);
  program.load(BPF_H, 14 + 6);
  program.fail_if(BPF_JSET, htons(0x3fff));
  program.load(BPF_B, 14 + 9);
  program.fail_if(BPF_JNE, static_cast<int>(IpProtocol::tcp));
  program.drop_resets(tcp_over_v4, ours);
  program.land();
  program.fail_if(BPF_JNE, htons(ETHERTYPE_IPV6));
  program.want_bytes(tcp_over_v6 + flags_at + more);
  program.load(BPF_B, 14 + 6);
  program.fail_if(BPF_JNE, static_cast<int>(IpProtocol::tcp));
  program.drop_resets(tcp_over_v6, ours);
  return program;
}

FileDescriptor call_bpf(bpf_cmd command, bpf_attr& attributes) {
  return FileDescriptor(
      static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes)));
}

FileDescriptor load(std::span<const bpf_insn> instructions) {
  static constexpr char license[] = "MIT";
  bpf_attr attributes{};
  attributes.prog_type = BPF_PROG_TYPE_SCHED_CLS;
  attributes.insns = reinterpret_cast<std::uintptr_t>(instructions.data());
  attributes.insn_cnt = static_cast<std::uint32_t>(instructions.size());
  attributes.license = reinterpret_cast<std::uintptr_t>(&license[0]);
  return call_bpf(BPF_PROG_LOAD, attributes);
}

// The ports from which the kernel lets its own connections begin. True also where that cannot be known.
bool may_be_of_connections(const ReplyFilter& ours) {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  unsigned first = 0;
  unsigned last = 0;
  if (!(file >> first >> last)) return true;
  return ours.lowest_port <= last && first <= ours.highest_port;
}

}  // namespace

ResetSink::ResetSink(int interface, const ReplyFilter& ours) {
  if (may_be_of_connections(ours)) return;
  Program program = program_for(ours);
  const FileDescriptor loaded = load(program.finish());
  if (!loaded) return;
  bpf_attr attributes{};
  attributes.link_create.prog_fd = static_cast<std::uint32_t>(loaded.get());
  attributes.link_create.target_ifindex = static_cast<std::uint32_t>(interface);
  attributes.link_create.attach_type = at_ingress;
  link_ = call_bpf(BPF_LINK_CREATE, attributes);
}

}  // namespace oddport
