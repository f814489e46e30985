// Files that other scanners are said to have written: whatever the bytes, reading ends in ports and problems, or in an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "cli/foreign_scan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::string error;
  const auto scan = oddport::read_foreign_scan(text, "fuzz", error);
  if (scan.has_value() != error.empty()) std::abort();
  if (!scan) return 0;
  for (const oddport::Target& target : scan->open)
    if (target.port == 0) std::abort();
  for (const std::string& problem : scan->problems)
    if (!problem.starts_with("fuzz:")) std::abort();
  return 0;
}
