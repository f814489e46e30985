// What comes out of a gzip file (RFC 1952), of one member or of several in a row.
#pragma once

#include <memory>

#include "capture/byte_stream.h"
#include "capture/byte_window.h"

namespace oddport {

// `compressed` stands on the first member. Damage, a cut and bytes after the last member become
// failure(), with the place in the compressed file; all bytes before it come out first.
std::unique_ptr<ByteStream> open_gzip_stream(ByteWindow compressed);

}  // namespace oddport
