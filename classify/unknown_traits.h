// What can be said of payload that nobody recognizes: statistics, encoding, structure and how its messages are framed.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "classify/exchange.h"
#include "classify/payload_form.h"

namespace oddport {

// A number at a fixed place that counts the bytes of each message.
struct LengthField {
  std::size_t offset = 0;
  std::size_t width = 0;  // bytes: 1, 2 or 4
  bool big_endian = true;
  bool counts_all = false;  // the whole message; else what comes behind the number
  // Where the numbers of a TCP stream chain through it: so many pieces. Else 0, and each message has one number.
  std::size_t pieces = 0;

  std::size_t end() const { return offset + width; }
};

// Of one side. Its units are the pieces that a length field cuts, else its messages.
struct SideTraits {
  static constexpr std::size_t least_for_statistics = 64;

  std::size_t bytes = 0;  // that were looked at
  std::size_t units = 0;
  double printable = 0;  // share of US-ASCII with a glyph or blank, 0 to 1
  // The statistics leave out the head that all units share: the lead and the length.
  std::size_t measured = 0;
  std::optional<double> entropy;  // bits a byte; only of `least_for_statistics` bytes and more
  double chi_square = 0;          // against evenly spread bytes: about 255 where they are random
  bool random = false;            // as encrypted bytes are, and well compressed ones
  TextEncoding encoding = TextEncoding::none;
  bool lines = false;  // of text: every message ends a line
  bool crlf = false;   // by carriage return and line feed
  Packing packing = Packing::none;
  std::size_t packing_offset = 0;
  Structure structure = Structure::none;
  std::optional<LengthField> length;
  Bytes lead;  // the bytes with which every unit begins; of two units or more
  Bytes tail;  // the bytes with which every unit ends; of three units or more that are no lines
  bool all_alike = false;
  std::size_t unit_size = 0;  // where all units have the same; of three or more
};

struct UnknownTraits {
  std::array<SideTraits, 2> sides;  // by Side
  bool echo = false;                // the server sends back what the client sent
  Bytes shared;                     // the bytes with which either side's first message begins

  const SideTraits& of(Side side) const { return sides[static_cast<std::size_t>(side)]; }
};

// A pure function of the exchange; allocates nothing, and takes time linear in its few kilobytes.
UnknownTraits find_traits(const Exchange& exchange);

}  // namespace oddport
