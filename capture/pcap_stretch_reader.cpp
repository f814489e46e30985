// The file is copied piece by piece into memory that stays in the second-level cache, where reading headers costs next to
// nothing; to map it would cost the kernel as much, and would have to survive a file that shrinks.
#include "capture/pcap_stretch_reader.h"

#include <algorithm>
#include <span>
#include <vector>

#include "capture/fixed_field.h"
#include "capture/pcap_records.h"

namespace oddport {

namespace {

constexpr std::size_t usual_piece = std::size_t{256} << 10;
// Of what follows the stretch, for the last record to be whole.
constexpr std::size_t overlap = std::size_t{4} << 10;
// Longer records are left to who reads one packet after the other.
constexpr std::size_t longest_record = std::size_t{1} << 20;

template <std::endian order, Time tick>
class PcapStretchReader final : public StretchReader {
 public:
  PcapStretchReader(const ByteStream& file, std::uint32_t limit, const PortSet& to_decode)
      : file_(file), limit_(limit), to_decode_(to_decode) {}

  Stretch read(std::uint64_t from, std::uint64_t to, bool exact, PacketBatch& batch) override {
    if (!exact) from = find_begin(from, to);
    Stretch stretch{from, from};
    wanted_ = 0;
    while (stretch.end < to) {
      const std::size_t consumed = read_piece(stretch.end, to, batch);
      if (consumed == 0 && wanted_ == 0) break;
      stretch.end += consumed;
    }
    batch.settle();
    return stretch;
  }

 private:
  std::uint64_t find_begin(std::uint64_t from, std::uint64_t to) {
    const Bytes bytes = load(from, usual_piece);
    const std::size_t ahead = find_record<order, tick>(bytes, limit_);
    return ahead == bytes.size() ? to : std::min(from + ahead, to);
  }

  // Returns how many bytes of records were read. Where that is none, wanted_ is the length of the first, or 0 where it cannot be
  // read here.
  std::size_t read_piece(std::uint64_t at, std::uint64_t to, PacketBatch& batch) {
    const std::size_t piece =
        std::max<std::size_t>(wanted_, std::min<std::uint64_t>(usual_piece, to - at + overlap));
    const Bytes bytes = load(at, piece);
    selection_.clear();
    const std::uint64_t end = std::min<std::uint64_t>(bytes.size(), to - at);
    const RecordsRead reading =
        select_records<order, tick>(bytes, end, limit_, to_decode_, selection_);
    for (const Packet& packet : selection_) batch.append(packet);
    batch.packets_read += reading.passed.packets;
    batch.bytes_read += reading.passed.bytes;
    wanted_ = reading.consumed == 0 && bytes.size() == piece ? size_of_first(bytes) : 0;
    return reading.consumed;
  }

  // 0 where it is damaged, or longer than it may be here, or whole already.
  std::size_t size_of_first(Bytes bytes) const {
    const std::size_t captured = field_at<order, std::uint32_t>(bytes, 8);
    const std::size_t size = record_header_size + captured;
    return captured <= limit_ && size <= longest_record && size > bytes.size() ? size : 0;
  }

  Bytes load(std::uint64_t at, std::size_t size) {
    if (buffer_.size() < size) buffer_.resize(size);
    return {buffer_.data(), file_.read_at(at, std::span(buffer_).first(size))};
  }

  const ByteStream& file_;
  const std::uint32_t limit_;
  const PortSet to_decode_;
  std::vector<char> buffer_;
  std::vector<Packet> selection_;
  std::size_t wanted_ = 0;
};

}  // namespace

template <std::endian order, Time tick>
std::unique_ptr<StretchReader> make_pcap_stretch_reader(const ByteStream& file, std::uint32_t limit,
                                                        const PortSet& to_decode) {
  return std::make_unique<PcapStretchReader<order, tick>>(file, limit, to_decode);
}

template std::unique_ptr<StretchReader> make_pcap_stretch_reader<std::endian::big, 1>(
    const ByteStream&, std::uint32_t, const PortSet&);
template std::unique_ptr<StretchReader> make_pcap_stretch_reader<std::endian::big, 1000>(
    const ByteStream&, std::uint32_t, const PortSet&);
template std::unique_ptr<StretchReader> make_pcap_stretch_reader<std::endian::little, 1>(
    const ByteStream&, std::uint32_t, const PortSet&);
template std::unique_ptr<StretchReader> make_pcap_stretch_reader<std::endian::little, 1000>(
    const ByteStream&, std::uint32_t, const PortSet&);

}  // namespace oddport
