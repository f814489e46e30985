// FLAP, the frame of AOL's messengers (OSCAR and TOC): 2a, channel 1 to 5 (1), sequence number (2),
// length (2), data.
#pragma once

#include "classify/byte_reader.h"

namespace oddport::recognizers {

struct FlapSurvey {
  unsigned frames = 0;    // whole ones in sequence
  bool signs_on = false;  // the first is of channel 1 and holds version 1
  bool fits = true;
  Bytes second;  // the data of the second frame
};

inline FlapSurvey read_flap(Bytes stream) {
  FlapSurvey survey;
  ByteReader reader{stream};
  std::uint16_t last = 0;
  for (int n = 0; n < 32 && reader.remaining() >= 6 && survey.fits; ++n) {
    survey.fits = reader.accept_if("*");
    const std::uint8_t channel = reader.u8();
    const std::uint16_t number = reader.u16();
    const std::uint16_t length = reader.u16();
    survey.fits = survey.fits && channel >= 1 && channel <= 5;
    // Numbers go up by one, within 15 or 16 bits.
    if (n > 0 && (number & 0x7fff) != ((last + 1) & 0x7fff)) survey.fits = false;
    const Bytes data = reader.take(length);
    if (!reader || !survey.fits) break;
    if (n == 0) survey.signs_on = channel == 1 && data.starts_with("\0\0\0\x01"_b);
    if (n == 1) survey.second = data;
    last = number;
    ++survey.frames;
  }
  if (survey.frames == 0) survey.fits = stream.empty();
  return survey;
}

}  // namespace oddport::recognizers
