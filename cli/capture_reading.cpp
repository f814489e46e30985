#include "cli/capture_reading.h"

namespace oddport {

std::optional<std::uint64_t> read_capture(FlowReader& reader, const std::string& path,
                                          const OpenOptions& options, const Proceed& proceed,
                                          std::vector<ReadError>& errors) {
  ReadError error;
  const auto source = open_capture(path, error, options);
  if (source == nullptr) {
    errors.push_back(error);
    return std::nullopt;
  }
  reader.read(*source, path, proceed);
  errors.insert(errors.end(), source->errors().begin(), source->errors().end());
  return source->position();
}

std::vector<ReadError> read_captures(FlowReader& reader, std::span<const std::string> paths,
                                     const std::atomic<bool>& stop, const Proceed& proceed) {
  std::vector<ReadError> errors;
  for (const std::string& path : paths) {
    if (!proceed(0)) break;
    read_capture(reader, path, {.by_libpcap = false, .stop = &stop}, proceed, errors);
  }
  reader.finish();
  return errors;
}

}  // namespace oddport
