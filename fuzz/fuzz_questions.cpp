// Asks `oddport label` arbitrary lines: each is answered by a verdict or by a fault that says where.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "classify/classifier.h"
#include "cli/input_lines.h"
#include "cli/question.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oddport;
  static const Classifier classifier(PortSet::watched_by_default());
  static QuestionReader reader;
  static Observation seen;
  if (size > std::size_t{1} << 16) return 0;
  std::string line(reinterpret_cast<const char*>(data), size);
  line.append(InputLines::padding, '"');  // whatever stands there must not matter
  QuestionFault fault;
  const std::string_view text = std::string_view(line).substr(0, size);
  if (!reader.read(text, seen, fault)) {
    if (fault.what.empty() || fault.column > size + 1) std::abort();
    return 0;
  }
  if (seen.exchange.client.size() > 4096 || seen.exchange.server.size() > 4096) std::abort();
  if (classifier.classify(seen).reason.empty()) std::abort();
  return 0;
}
