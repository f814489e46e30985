// Packets by way of libpcap: the relatives of pcap that nothing else here reads, and a second
// opinion in tests.
#pragma once

#include <memory>
#include <optional>

#include "capture/byte_window.h"
#include "capture/packet_source.h"

struct pcap;  // libpcap's handle; its header stays in one source file

namespace oddport {

class LibpcapSource final : public PacketSource {
 public:
  // `where` names the file in errors. Null, and `error` filled in libpcap's words, where libpcap
  // does not read what `input` holds.
  static std::unique_ptr<LibpcapSource> open(ByteWindow input, const std::string& where,
                                             ReadError& error);
  ~LibpcapSource() override;

  std::span<const Packet> next_batch() override;
  const std::vector<ReadError>& errors() const override { return errors_; }
  std::uint64_t position() const override { return input_ ? input_->source_position() : 0; }
  std::uint64_t size() const override { return input_ ? input_->source_size() : 0; }

 private:
  struct Close {
    void operator()(pcap* handle) const;
  };

  explicit LibpcapSource(std::string where);
  bool open_input(ByteWindow input, ReadError& error);
  bool keep_next();
  std::uint64_t offset() const;
  void end_with(std::string what);

  std::string where_;
  std::optional<ByteWindow> input_;  // none behind an interface
  std::unique_ptr<pcap, Close> handle_;
  LinkType link_type_ = LinkType::ethernet;
  std::uint64_t record_offset_ = 0;  // of the first byte that libpcap has not made a packet of
  bool ended_ = false;
  std::vector<ReadError> errors_;
  // libpcap shows one packet at a time, so a batch is copied together; `packets_` points into it.
  std::vector<char> bytes_;
  std::vector<Packet> packets_;
};

}  // namespace oddport
