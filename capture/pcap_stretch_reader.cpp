// A stretch is mapped: what the page cache keeps in large pieces is there for half of what copying it costs, and for about as much where
// it keeps it page by page. What cannot be mapped, or is lost while it is looked at, is copied piece by piece into memory that stays in the
// second-level cache.
#include "capture/pcap_stretch_reader.h"

#include <algorithm>
#include <optional>
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
    Stretch stretch{from, from};
    if (!read_mapped(stretch, to, exact, batch)) {
      batch.clear();
      if (!exact) from = find_begin(load(from, usual_piece), from, to);
      stretch = {from, from};
    }
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
  // False where nothing of it counts.
  bool read_mapped(Stretch& stretch, std::uint64_t to, bool exact, PacketBatch& batch) {
    const auto mapping = file_.map(stretch.begin, to - stretch.begin + overlap);
    if (!mapping) return false;
    Bytes bytes = mapping->bytes();
    if (!exact) {
      const std::uint64_t begin = find_begin(bytes.substr(0, usual_piece), stretch.begin, to);
      bytes.remove_prefix(std::min<std::uint64_t>(begin - stretch.begin, bytes.size()));
      stretch = {begin, begin};
    }
    stretch.end += select(bytes, to - stretch.begin, batch);
    return mapping->intact();
  }

  // `bytes` lie at `from`.
  std::uint64_t find_begin(Bytes bytes, std::uint64_t from, std::uint64_t to) const {
    const std::size_t ahead = find_record<order, tick>(bytes, limit_);
    return ahead == bytes.size() ? to : std::min(from + ahead, to);
  }

  // Returns how many bytes of records were read, of those that begin within `size` bytes.
  std::size_t select(Bytes bytes, std::uint64_t size, PacketBatch& batch) const {
    const RecordsRead reading = select_records<order, tick>(
        bytes, std::min<std::uint64_t>(bytes.size(), size), limit_, to_decode_,
        [&batch](const Packet& packet) { batch.append(packet); });
    batch.packets_read += reading.passed.packets;
    batch.bytes_read += reading.passed.bytes;
    return reading.consumed;
  }

  // Returns how many bytes of records were read. Where that is none, wanted_ is the length of the first, or 0 where it cannot be
  // read here.
  std::size_t read_piece(std::uint64_t at, std::uint64_t to, PacketBatch& batch) {
    const std::size_t piece =
        std::max<std::size_t>(wanted_, std::min<std::uint64_t>(usual_piece, to - at + overlap));
    const Bytes bytes = load(at, piece);
    const std::size_t consumed = select(bytes, to - at, batch);
    wanted_ = consumed == 0 && bytes.size() == piece ? size_of_first(bytes) : 0;
    return consumed;
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
