// IEEE 802.11 data frames, bare or behind the headers that drivers put before them.
#include "capture/layers.h"
#include "capture/load.h"
#include "classify/byte_reader.h"

namespace oddport {
namespace {

// The frame control field, as a little-endian number (IEEE 802.11-2020, section 9.2.4.1).
class FrameControl {
 public:
  explicit FrameControl(std::uint16_t bits) : bits_(bits) {}

  unsigned version() const { return bits_ & 3u; }
  bool is_data() const { return (bits_ & 0x000c) == 0x0008; }
  bool has_payload() const { return (bits_ & 0x0040) == 0; }
  bool is_protected() const { return (bits_ & 0x4000) != 0; }
  bool has_quality_of_service() const { return (bits_ & 0x0080) != 0; }
  bool has_fourth_address() const { return (bits_ & 0x0300) == 0x0300; }
  bool has_high_throughput_control() const {
    return has_quality_of_service() && (bits_ & 0x8000) != 0;
  }

 private:
  std::uint16_t bits_;
};

// The first of the subframes of an aggregate; a packet has room for one segment only
// (IEEE 802.11-2020, section 9.3.2.2.2).
Decoded decode_aggregate(const Extent& aggregate, Descent& descent) {
  ByteReader reader{aggregate.captured};
  reader.skip(12);  // destination, source
  const std::uint16_t length = reader.u16();
  if (!reader) return shortfall(aggregate);
  return decode_llc(aggregate.after(reader.offset()).limited(length), descent);
}

struct RadiotapField {
  static constexpr std::uint32_t tsft = 1u << 0;
  static constexpr std::uint32_t flags = 1u << 1;
  static constexpr std::uint32_t more_bitmaps = 1u << 31;
};

// The flags of the captured frame; zero where there are none
// (https://www.radiotap.org/fields/defined).
std::uint8_t radiotap_flags(Bytes header) {
  constexpr std::size_t timestamp_size = 8;
  ByteReader reader{header};
  reader.skip(4);  // version, padding, length
  const std::uint32_t present = reader.u32_le();
  for (std::uint32_t more = present; (more & RadiotapField::more_bitmaps) != 0;) {
    more = reader.u32_le();
  }
  if ((present & RadiotapField::flags) == 0) return 0;
  if ((present & RadiotapField::tsft) != 0) {
    reader.skip(reader.offset() % timestamp_size == 0
                    ? 0
                    : timestamp_size - reader.offset() % timestamp_size);
    reader.skip(timestamp_size);
  }
  return reader.u8();
}

// No driver's header is shorter: all have a version or code and a length, and one word more.
constexpr std::size_t shortest_prefix = 8;

bool is_avs(Bytes bytes) { return bytes.starts_with("\x80\x21\x10"_b); }

}  // namespace

Decoded decode_ieee80211(const Extent& frame, bool aligned, Descent& descent) {
  constexpr std::size_t address_size = 6;
  constexpr unsigned aggregate_present = 0x80;
  ByteReader reader{frame.captured};
  const FrameControl control{reader.u16_le()};
  if (!reader) return shortfall(frame);
  if (control.version() != 0) return Decoded::malformed;
  if (!control.is_data() || !control.has_payload() || control.is_protected()) return Decoded::other;
  reader.skip(2 + 3 * address_size);  // duration, addresses
  const bool later_fragment = (reader.u16_le() & 0xf) != 0;
  if (control.has_fourth_address()) reader.skip(address_size);
  const unsigned service = control.has_quality_of_service() ? reader.u16_le() : 0u;
  if (control.has_high_throughput_control()) reader.skip(4);
  if (aligned && reader.offset() % 4 != 0) reader.skip(4 - reader.offset() % 4);
  if (!reader) return shortfall(frame);
  if (later_fragment) return Decoded::other;
  const Extent payload = frame.after(reader.offset());
  return (service & aggregate_present) != 0 ? decode_aggregate(payload, descent)
                                            : decode_llc(payload, descent);
}

Decoded decode_radiotap(const Extent& frame, Descent& descent) {
  constexpr unsigned padded_header = 0x20;
  ByteReader reader{frame.captured};
  reader.skip(2);  // version, padding
  const std::uint16_t length = reader.u16_le();
  if (!reader || frame.captured.size() < length) return shortfall(frame);
  if (length < shortest_prefix) return Decoded::malformed;
  const bool aligned = (radiotap_flags(frame.captured.substr(0, length)) & padded_header) != 0;
  return decode_ieee80211(frame.after(length), aligned, descent);
}

// The second word is the length of the header, in the byte order of the capturing machine.
Decoded decode_prism(const Extent& frame, Descent& descent) {
  constexpr std::uint32_t largest_header = 0xffff;
  if (is_avs(frame.captured)) return decode_avs(frame, descent);
  ByteReader reader{frame.captured};
  reader.skip(4);  // message code
  std::uint32_t length = ByteReader{reader.rest()}.u32_le();
  if (length > largest_header) length = ByteReader{reader.rest()}.u32();
  reader.skip(4);
  if (!reader || frame.captured.size() < length) return shortfall(frame);
  if (length < shortest_prefix) return Decoded::malformed;
  return decode_ieee80211(frame.after(length), false, descent);
}

Decoded decode_avs(const Extent& frame, Descent& descent) {
  ByteReader reader{frame.captured};
  reader.skip(4);  // magic number and version
  const std::uint32_t length = reader.u32();
  if (!reader || frame.captured.size() < length) return shortfall(frame);
  if (length < shortest_prefix) return Decoded::malformed;
  return decode_ieee80211(frame.after(length), false, descent);
}

// Per-packet information names the link type of what follows it (CACE PPI header, version 1.0.10,
// section 3).
Decoded decode_ppi(const Extent& packet, Descent& descent) {
  if (!descent.enter()) return Decoded::other;
  ByteReader reader{packet.captured};
  reader.skip(2);  // version, flags
  const std::uint16_t length = reader.u16_le();
  const std::uint32_t type = reader.u32_le();
  if (!reader || packet.captured.size() < length) return shortfall(packet);
  if (length < shortest_prefix || type > 0xffff) return Decoded::malformed;
  return decode_link(static_cast<LinkType>(type), packet.after(length), descent);
}

}  // namespace oddport
