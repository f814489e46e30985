// Reads parts of a classic capture of Ethernet packets apart from each other.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>

#include "capture/byte_stream.h"
#include "capture/packet.h"
#include "capture/stretch_reader.h"
#include "classify/port_set.h"

namespace oddport {

// For files of this byte order and unit of time (in nanoseconds). `limit` is what a record may hold; the stream, which is
// seekable, must outlive the reader.
template <std::endian order, Time tick>
std::unique_ptr<StretchReader> make_pcap_stretch_reader(const ByteStream& file, std::uint32_t limit,
                                                        const PortSet& to_decode);

}  // namespace oddport
