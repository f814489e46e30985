// What comes out of a Zstandard file (RFC 8878), of one frame or of several in a row.
#pragma once

#include <memory>

#include "capture/byte_stream.h"
#include "capture/byte_window.h"

namespace oddport {

// `compressed` stands on the first frame. Damage and a cut become failure(), with the place in the
// compressed file; all bytes before it come out first. Frames that ask for more than 128 MiB of
// history (zstd --long=28 and above) are refused, as zstd itself does by default.
std::unique_ptr<ByteStream> open_zstd_stream(ByteWindow compressed);

}  // namespace oddport
