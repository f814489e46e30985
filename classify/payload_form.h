// What payload is made of, as far as its bytes show: an encoding of text, a compressed container, a general data format.
#pragma once

#include <cstdint>

#include "classify/byte_histogram.h"
#include "classify/exchange.h"

namespace oddport {

enum class TextEncoding : std::uint8_t {
  none,
  ascii,
  ascii_with_nuls,  // texts with NULs between or behind them
  utf8,             // with characters beyond US-ASCII
  utf16_le,
  utf16_be,
  latin1,
  ebcdic,
};

enum class Packing : std::uint8_t { none, gzip, zlib, zstd, xz, bzip2, lz4 };

enum class Structure : std::uint8_t { none, xml, json, ber, protobuf };

// Of all that one side said, and `said` counts. `none` where the bytes are no text, or too few to tell.
TextEncoding encoding_of(const Exchange& exchange, Side side, const ByteHistogram& said);

// By the magic at its start; zlib, which has hardly any, also by its check bits.
Packing packing_of(Bytes bytes);

// `whole`: the bytes are not cut, so that what is nested must end with them.
Structure structure_of(Bytes bytes, bool whole, bool is_text);

}  // namespace oddport
