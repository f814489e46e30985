// How a client opens a connection to the X window system, and to the audio system that was made
// after it: byte order "B" or "l", pad, major and minor version (2 and 2), lengths of the name and
// of the data of authorization (2 and 2), two bytes, both padded to a multiple of four. The server
// answers 1 (or 0 and a text, or 2), length of the text (1), versions (2 and 2), length of what
// follows in words (2).
#pragma once

#include "classify/byte_reader.h"
#include "classify/text.h"

namespace oddport::recognizers {

struct XVersion {
  std::uint16_t major;
  std::uint16_t most_minor;
};

enum class XSpeech : std::uint8_t { silent, alien, fits };

constexpr std::size_t padded_to_words(std::size_t size) { return (size + 3) / 4 * 4; }

inline std::uint16_t x_u16(ByteReader& reader, bool little) {
  return little ? reader.u16_le() : reader.u16();
}

inline bool is_x_order(Bytes said) { return said.starts_with('B') || said.starts_with('l'); }

// The setup; `name` is that of the authorization. A client that never reached the end of it may be cut.
inline XSpeech read_x_client(Bytes said, const XVersion& version, Bytes& name, std::size_t& size) {
  if (said.empty()) return XSpeech::silent;
  if (!is_x_order(said)) return XSpeech::alien;
  const bool little = said[0] == 'l';
  ByteReader reader{said};
  reader.skip(2);
  const std::uint16_t major = x_u16(reader, little);
  const std::uint16_t minor = x_u16(reader, little);
  const std::uint16_t name_length = x_u16(reader, little);
  const std::uint16_t data_length = x_u16(reader, little);
  reader.skip(2);
  name = reader.take(name_length);
  const bool fits = reader && major == version.major && minor <= version.most_minor &&
                    name_length <= 64 && data_length <= 1024 && is_printable(name) &&
                    (name_length > 0 || data_length == 0);
  size = 12 + padded_to_words(name_length) + padded_to_words(data_length);
  return fits && said.size() >= size ? XSpeech::fits : XSpeech::alien;
}

// The server answers in the client's order; where that is not known either may be meant.
inline bool is_x_answer(Bytes said, const XVersion& version, bool little) {
  ByteReader reader{said};
  const std::uint8_t status = reader.u8();
  const std::uint8_t text_length = reader.u8();
  const std::uint16_t major = x_u16(reader, little);
  const std::uint16_t minor = x_u16(reader, little);
  const std::size_t length = x_u16(reader, little) * std::size_t{4};
  if (!reader || status > 2) return false;
  if (status == 2) return is_text(until_nul(reader.rest().substr(0, length)));
  if (major != version.major || minor > version.most_minor) return false;
  if (status == 1) return text_length == 0 && length >= 32;
  const Bytes text = reader.take(text_length);
  return reader && text_length > 0 && length == padded_to_words(text_length) && is_text(text);
}

inline XSpeech read_x_server(Bytes said, const XVersion& version, Bytes client) {
  if (said.empty()) return XSpeech::silent;
  if (is_x_order(client))
    return is_x_answer(said, version, client[0] == 'l') ? XSpeech::fits : XSpeech::alien;
  const bool fits =
      said[0] != '\x02' && (is_x_answer(said, version, true) || is_x_answer(said, version, false));
  return fits ? XSpeech::fits : XSpeech::alien;
}

}  // namespace oddport::recognizers
