#include "classify/trait_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "classify/text.h"
#include "classify/wording.h"

namespace oddport {

namespace {

constexpr std::size_t most_phrases = 4;  // of the gist

std::string_view name_of(Side side) { return side == Side::client ? "client" : "server"; }

std::string_view name_of(TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::none:
      return {};
    case TextEncoding::ascii:
      return "ASCII text";
    case TextEncoding::ascii_with_nuls:
      return "ASCII texts with NULs";
    case TextEncoding::utf8:
      return "UTF-8 text";
    case TextEncoding::utf16_le:
      return "UTF-16 text, little-endian";
    case TextEncoding::utf16_be:
      return "UTF-16 text, big-endian";
    case TextEncoding::latin1:
      return "text, Latin-1 or a relative of it";
    case TextEncoding::ebcdic:
      return "EBCDIC text";
  }
  return {};
}

std::string_view name_of(Packing packing) {
  switch (packing) {
    case Packing::none:
      return {};
    case Packing::gzip:
      return "gzip";
    case Packing::zlib:
      return "zlib";
    case Packing::zstd:
      return "zstd";
    case Packing::xz:
      return "xz";
    case Packing::bzip2:
      return "bzip2";
    case Packing::lz4:
      return "lz4";
  }
  return {};
}

std::string_view name_of(Structure structure) {
  switch (structure) {
    case Structure::none:
      return {};
    case Structure::xml:
      return "XML";
    case Structure::json:
      return "JSON";
    case Structure::ber:
      return "BER (ASN.1)";
    case Structure::protobuf:
      return "fields as of Protocol Buffers";
  }
  return {};
}

std::string type_of(const LengthField& field) {
  if (field.width == 1) return "u8";
  return fmt::format("u{} {}-endian", 8 * field.width, field.big_endian ? "big" : "little");
}

std::string text_words(const SideTraits& side) {
  const std::string_view ends = !side.lines ? "" : side.crlf ? ", CRLF lines" : ", LF lines";
  return concat({name_of(side.encoding), ends});
}

// Text in quotes, anything else as hexadecimal bytes.
std::string shown(Bytes bytes) {
  if (is_printable(bytes)) return concat({"\"", bytes, "\""});
  return hex_text(bytes);
}

std::string units_of(const SideTraits& side) {
  const bool pieces = side.length && side.length->pieces > 0;
  return concat({decimal(side.units), pieces ? " pieces" : " messages"});
}

std::string statistics_line(const SideTraits& side) {
  const std::string printable = fmt::format("{:.0f}% printable", 100 * side.printable);
  if (!side.entropy) return concat({printable, " of ", decimal(side.bytes), " bytes"});
  const double most = std::min(8.0, std::log2(static_cast<double>(side.measured)));
  return fmt::format("entropy {:.2f} bits a byte (of {:.2f} possible) over {} bytes, {}",
                     *side.entropy, most, side.measured, printable);
}

std::string length_line(const SideTraits& side) {
  const LengthField& field = *side.length;
  const std::string number = fmt::format("{} at offset {} counts {}", type_of(field), field.offset,
                                         field.counts_all ? "all" : "the rest");
  if (field.pieces == 0) return fmt::format("{} of each of {} messages", number, side.units);
  if (field.pieces == 1) return fmt::format("{} of the stream", number);
  return fmt::format("{} of each of {} pieces of the stream", number, field.pieces);
}

void add_lines(const SideTraits& side, std::string_view who, std::vector<std::string>& lines) {
  if (side.bytes == 0) return;
  const auto add = [&](std::string_view line) { lines.push_back(concat({who, ": ", line})); };
  add(statistics_line(side));
  if (side.random)
    add(fmt::format("no byte value is favored (chi-square {:.0f}): encrypted or compressed{}",
                    side.chi_square, side.measured < 256 ? ", as far as so few bytes tell" : ""));
  if (side.packing != Packing::none)
    add(fmt::format("{} data at offset {}", name_of(side.packing), side.packing_offset));
  if (side.encoding != TextEncoding::none) add(text_words(side));
  if (side.structure != Structure::none) add(name_of(side.structure));
  if (side.length) add(length_line(side));
  if (side.all_alike)
    add(concat({"all ", units_of(side), " are alike"}));
  else if (!side.lead.empty())
    add(concat({"each of ", units_of(side), " begins with ", shown(side.lead)}));
  if (!side.tail.empty())
    add(concat({"each of ", units_of(side), " ends with ", shown(side.tail)}));
  if (side.unit_size > 0 && !side.all_alike)
    add(concat({"each of ", units_of(side), " has ", decimal(side.unit_size), " bytes"}));
}

// ---- The gist ----

// What one side is like, each phrase to stand behind "looks like" or alone.
std::vector<std::string> phrases_of(const SideTraits& side) {
  std::vector<std::string> phrases;
  if (side.bytes == 0) return phrases;
  if (side.packing != Packing::none)
    phrases.push_back(fmt::format("{} data", name_of(side.packing)));
  else if (side.random)
    phrases.emplace_back("encrypted or compressed by its statistics");
  if (side.structure != Structure::none)
    phrases.emplace_back(name_of(side.structure));
  else if (side.encoding != TextEncoding::none)
    phrases.push_back(text_words(side));
  if (side.length)
    phrases.push_back(fmt::format("framed by a {} length at offset {}", type_of(*side.length),
                                  side.length->offset));
  if (!side.all_alike && !side.lead.empty() && side.encoding == TextEncoding::none)
    phrases.push_back(concat({"each message led by ", shown(side.lead.substr(0, 8))}));
  if (side.unit_size > 0 && side.encoding == TextEncoding::none)
    phrases.push_back(concat({"messages of ", decimal(side.unit_size), " bytes"}));
  return phrases;
}

// What holds for both sides is said once; of what holds for one of two, it is said for which.
void merge(const UnknownTraits& traits, std::vector<std::string>& phrases) {
  const auto of_client = phrases_of(traits.of(Side::client));
  const auto of_server = phrases_of(traits.of(Side::server));
  const bool both_speak = traits.of(Side::client).bytes > 0 && traits.of(Side::server).bytes > 0;
  const auto add = [&](const std::string& phrase, const std::vector<std::string>& others,
                       Side side) {
    const bool common = std::ranges::find(others, phrase) != others.end();
    if (common && side == Side::server) return;
    phrases.push_back(common || !both_speak ? phrase : concat({phrase, " (", name_of(side), ")"}));
  };
  for (const std::string& phrase : of_client) add(phrase, of_server, Side::client);
  for (const std::string& phrase : of_server) add(phrase, of_client, Side::server);
}

std::string rhythm_words(const Rhythm& rhythm) {
  return fmt::format("every {:.1f} s", rhythm.mean_seconds());
}

}  // namespace

std::vector<std::string> trait_lines(const UnknownTraits& traits, const Rhythm& rhythm) {
  std::vector<std::string> lines;
  for (const Side side : {Side::client, Side::server})
    add_lines(traits.of(side), name_of(side), lines);
  if (traits.echo) lines.emplace_back("server: sends back what the client sent");
  if (!traits.shared.empty())
    lines.push_back(fmt::format("both: begin with {}", shown(traits.shared)));
  if (rhythm.periodic())
    lines.push_back(fmt::format("opener: speaks {} (deviation {:.1f} s, {} intervals)",
                                rhythm_words(rhythm), rhythm.deviation_seconds(), rhythm.gaps()));
  return lines;
}

std::string trait_gist(const UnknownTraits& traits, const Rhythm& rhythm) {
  std::vector<std::string> phrases;
  if (traits.echo) phrases.emplace_back("the server echoes the client");
  merge(traits, phrases);
  if (phrases.size() > most_phrases) phrases.resize(most_phrases);
  if (rhythm.periodic()) phrases.push_back(rhythm_words(rhythm));
  std::string gist;
  for (const std::string& phrase : phrases) gist += concat({gist.empty() ? "" : ", ", phrase});
  return gist;
}

}  // namespace oddport
