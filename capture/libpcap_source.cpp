#include "capture/libpcap_source.h"

#include <pcap/pcap.h>
#include <stdio.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "capture/libpcap_interface.h"
#include "capture/tick_clock.h"

namespace oddport {
namespace {

// Ends a batch early, so that a batch of giants takes little more memory than one of them.
constexpr std::size_t most_batch_bytes = std::size_t{1} << 20;

// Files and libpcap number some link types differently (pcap-linktype(7), "LINKTYPE_ and DLT_").
LinkType link_type_of(int data_link) {
  constexpr std::array<std::pair<int, std::uint16_t>, 6> renumbered{{
      {DLT_ATM_RFC1483, std::uint16_t{100}},
      {DLT_RAW, std::uint16_t{101}},
      {DLT_SLIP_BSDOS, std::uint16_t{102}},
      {DLT_PPP_BSDOS, std::uint16_t{103}},
      {DLT_ATM_CLIP, std::uint16_t{106}},
      {DLT_PFSYNC, std::uint16_t{246}},
  }};
  for (const auto& [dlt, link_type] : renumbered) {
    if (dlt == data_link) return static_cast<LinkType>(link_type);
  }
  return static_cast<LinkType>(data_link);
}

ssize_t read_window(void* cookie, char* space, std::size_t size) {
  auto& input = *static_cast<ByteWindow*>(cookie);
  if (input.rest().empty()) static_cast<void>(input.refill(1));
  const std::size_t count = input.rest().copy(space, size);
  input.advance(count);
  return static_cast<ssize_t>(count);
}

// Tells where the window is, and goes nowhere: enough for ftello(), by which errors get their
// offsets.
int seek_window(void* cookie, off64_t* position, int whence) {
  if (whence != SEEK_CUR || *position != 0) return -1;
  *position = static_cast<off64_t>(static_cast<const ByteWindow*>(cookie)->offset());
  return 0;
}

FILE* as_file(ByteWindow& input) {
  cookie_io_functions_t functions{};
  functions.read = &read_window;
  functions.seek = &seek_window;
  return ::fopencookie(&input, "rb", functions);
}

}  // namespace

void LibpcapSource::Close::operator()(pcap* handle) const { pcap_close(handle); }

LibpcapSource::LibpcapSource(std::string where) : where_(std::move(where)) {}
LibpcapSource::~LibpcapSource() = default;

std::unique_ptr<LibpcapSource> LibpcapSource::open(ByteWindow input, const std::string& where,
                                                   ReadError& error) {
  std::unique_ptr<LibpcapSource> source(new LibpcapSource(where));
  if (!source->open_input(std::move(input), error)) return nullptr;
  return source;
}

bool LibpcapSource::open_input(ByteWindow input, ReadError& error) {
  input_.emplace(std::move(input));
  FILE* const file = as_file(*input_);
  if (file == nullptr) {
    error = {where_, 0, "out of memory"};
    return false;
  }
  std::array<char, PCAP_ERRBUF_SIZE> said{};
  handle_.reset(
      ::pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, said.data()));
  if (handle_ == nullptr) {
    static_cast<void>(std::fclose(file));
    error = {where_, 0, said.data()};
    return false;
  }
  link_type_ = link_type_of(::pcap_datalink(handle_.get()));
  record_offset_ = offset();
  return true;
}

std::uint64_t LibpcapSource::offset() const {
  const off_t told = ::ftello(::pcap_file(handle_.get()));
  return told < 0 ? input_->offset() : static_cast<std::uint64_t>(told);
}

std::span<const Packet> LibpcapSource::next_batch() {
  bytes_.clear();
  packets_.clear();
  while (packets_.size() < max_batch && bytes_.size() < most_batch_bytes && keep_next()) {
  }
  // Only now do the bytes stay where they are.
  Bytes left(bytes_.data(), bytes_.size());
  for (Packet& packet : packets_) {
    packet.bytes = left.substr(0, packet.bytes.size());
    left.remove_prefix(packet.bytes.size());
  }
  return packets_;
}

bool LibpcapSource::keep_next() {
  if (ended_) return false;
  pcap_pkthdr* header = nullptr;
  const unsigned char* data = nullptr;
  const int result = ::pcap_next_ex(handle_.get(), &header, &data);
  if (result == PCAP_ERROR_BREAK) {
    end_with("");
  } else if (result != 1) {
    end_with(std::string(::pcap_geterr(handle_.get())) + "; reading ends here");
  }
  if (ended_) return false;
  const Bytes bytes(reinterpret_cast<const char*>(data), header->caplen);
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  // The view holds the length until the batch is complete.
  packets_.push_back({bytes, std::max(header->caplen, header->len), link_type_,
                      clamped_time(header->ts.tv_sec, header->ts.tv_usec)});
  record_offset_ = offset();
  return true;
}

void LibpcapSource::end_with(std::string what) {
  ended_ = true;
  if (!input_->failure().empty()) {
    errors_.push_back({where_, input_->offset(), "the input " + input_->failure()});
  } else if (!what.empty()) {
    errors_.push_back({where_, record_offset_, std::move(what)});
  }
}

// ---- Interfaces ----

namespace {

constexpr int longest_packet = 262144;

// libpcap's counters have 32 bits and wrap around.
void count_on(std::uint64_t& total, std::uint32_t& seen, std::uint32_t now) {
  total += static_cast<std::uint32_t>(now - seen);
  seen = now;
}

struct Handover {
  const std::function<void(const Packet&)>& take;
  LinkType link_type;
};

void hand_over(unsigned char* user, const pcap_pkthdr* header, const unsigned char* data) {
  const auto& handover = *reinterpret_cast<const Handover*>(user);
  handover.take({{reinterpret_cast<const char*>(data), header->caplen},
                 std::max(header->caplen, header->len),
                 handover.link_type,
                 clamped_time(header->ts.tv_sec, header->ts.tv_usec)});
}

// What to do about it, where that is known.
std::string advice(int status) {
  if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED)
    return "; root may, or who has CAP_NET_RAW (setcap cap_net_raw+ep on the program)";
  if (status == PCAP_ERROR_NO_SUCH_DEVICE) return "; `ip link` lists the interfaces that there are";
  if (status == PCAP_ERROR_IFACE_NOT_UP) return "; `ip link set NAME up` takes it up";
  return {};
}

}  // namespace

void LibpcapInterface::Close::operator()(pcap* handle) const { pcap_close(handle); }

LibpcapInterface::LibpcapInterface(std::string name) : name_(std::move(name)) {}

std::unique_ptr<LibpcapInterface> LibpcapInterface::open(const std::string& name,
                                                         const InterfaceOptions& options,
                                                         std::string& error) {
  std::unique_ptr<LibpcapInterface> opened(new LibpcapInterface(name));
  if (!opened->activate(options, error)) return nullptr;
  return opened;
}

bool LibpcapInterface::activate(const InterfaceOptions& options, std::string& error) {
  std::array<char, PCAP_ERRBUF_SIZE> said{};
  handle_.reset(pcap_create(name_.c_str(), said.data()));
  if (handle_ == nullptr) {
    error = said.data();
    return false;
  }
  pcap* const handle = handle_.get();
  pcap_set_snaplen(handle, longest_packet);
  pcap_set_promisc(handle, options.promiscuous ? 1 : 0);
  pcap_set_timeout(handle, LibpcapInterface::block_timeout_ms);
  pcap_set_immediate_mode(handle, 0);
  pcap_set_buffer_size(handle,
                       static_cast<int>(std::min<std::size_t>(options.buffer_bytes, 1u << 30)));
  pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
  const int status = pcap_activate(handle);
  if (status < 0) {
    const std::string detail = pcap_geterr(handle);
    error = (detail.empty() ? pcap_statustostr(status) : detail) + advice(status);
    return false;
  }
  if (status > 0) warning_ = pcap_geterr(handle);
  if (pcap_setnonblock(handle, 1, said.data()) != 0) {
    error = said.data();
    return false;
  }
  link_type_ = link_type_of(pcap_datalink(handle));
  return true;
}

std::string LibpcapInterface::set_filter(std::span<const FilterStep> program) {
  std::vector<bpf_insn> steps;
  for (const FilterStep& step : program)
    steps.push_back({step.code, step.if_true, step.if_false, step.operand});
  bpf_program whole{static_cast<unsigned>(steps.size()), steps.data()};
  return pcap_setfilter(handle_.get(), &whole) == 0 ? "" : pcap_geterr(handle_.get());
}

int LibpcapInterface::descriptor() const { return pcap_get_selectable_fd(handle_.get()); }

std::size_t LibpcapInterface::read(std::size_t most,
                                   const std::function<void(const Packet&)>& take) {
  Handover handover{take, link_type_};
  const int count = pcap_dispatch(handle_.get(), static_cast<int>(most), hand_over,
                                  reinterpret_cast<unsigned char*>(&handover));
  if (count >= 0) return static_cast<std::size_t>(count);
  failure_ = pcap_geterr(handle_.get());
  if (failure_.empty()) failure_ = pcap_statustostr(count);
  return 0;
}

InterfaceCounts LibpcapInterface::counts() {
  pcap_stat told{};
  if (pcap_stats(handle_.get(), &told) == 0) {
    count_on(counts_.received, seen_received_, told.ps_recv);
    count_on(counts_.dropped, seen_dropped_, told.ps_drop);
    count_on(counts_.dropped_by_interface, seen_dropped_by_interface_, told.ps_ifdrop);
  }
  return counts_;
}

}  // namespace oddport
