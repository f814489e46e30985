#include "report/progress.h"

#include <algorithm>

#include "report/quantity.h"

namespace oddport {

void Progress::update(std::uint64_t position, std::uint64_t size, std::uint64_t packets,
                      Moment now) {
  if (!line_.is_due(now)) return;
  const auto done = static_cast<double>(position);
  const double rate = done / line_.seconds(now);
  std::vector<std::string> items;
  if (size > 0) {
    items.push_back(line_.bar(done / static_cast<double>(size)));
    const double left = static_cast<double>(size - std::min(position, size));
    if (position > 0) items.push_back(time_left(left / rate));
  } else {
    items.push_back(byte_size(done));
  }
  items.push_back(byte_size(rate) + "/s");
  items.push_back(counted(packets, "packet", "packets"));
  line_.draw(items, now);
}

}  // namespace oddport
