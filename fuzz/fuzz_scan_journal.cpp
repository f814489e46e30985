// Resume files that somebody else wrote: whatever the bytes, reading ends in a scan or in an error that says where.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "cli/scan_journal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  oddport::InterruptedScan scan;
  std::string error;
  const bool read = scan.read(in, "fuzz", error);
  if (scan.sound_bytes > size || (!read && error.empty())) std::abort();
  return 0;
}
