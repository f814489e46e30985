#include "classify/note.h"

#include <fmt/format.h>

#include <algorithm>

namespace oddport {

Note Note::made_of(fmt::string_view format, fmt::format_args args) {
  Note note;
  const auto written = fmt::vformat_to_n(note.text_.data(), capacity, format, args);
  note.size_ = static_cast<std::uint8_t>(std::min<std::size_t>(written.size, capacity));
  return note;
}

}  // namespace oddport
