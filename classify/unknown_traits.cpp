#include "classify/unknown_traits.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "classify/byte_histogram.h"
#include "classify/byte_reader.h"

namespace oddport {

namespace {

constexpr std::size_t last_offset = 8;  // at which a length field is looked for
constexpr std::size_t longest_lead = 16;
constexpr std::size_t longest_tail = 4;

bool is_cut(const Exchange& exchange, Side side) {
  return std::ranges::any_of(exchange.messages, [side](const Message& message) {
    return message.from == side && !message.is_whole();
  });
}

std::size_t count_messages(const Exchange& exchange, Side side) {
  return static_cast<std::size_t>(std::ranges::count_if(
      exchange.messages,
      [side](const Message& message) { return message.from == side && !message.bytes.empty(); }));
}

// ---- Length fields ----

std::uint64_t number_at(Bytes bytes, const LengthField& field) {
  ByteReader reader{bytes};
  reader.skip(field.offset);
  switch (field.width) {
    case 1:
      return reader.u8();
    case 2:
      return field.big_endian ? reader.u16() : reader.u16_le();
    default:
      return field.big_endian ? reader.u32() : reader.u32_le();
  }
}

// The size of a unit by its length field; 0 where that makes no sense.
std::uint64_t size_by(Bytes bytes, const LengthField& field) {
  if (bytes.size() < field.end()) return 0;
  const std::uint64_t number = number_at(bytes, field);
  if (number == 0) return 0;
  if (!field.counts_all) return number + field.end();
  return number >= field.end() ? number : 0;
}

// Each message has its number. One byte is right by chance too often where all messages are of one size.
bool counts_messages(const Exchange& exchange, Side side, const LengthField& field) {
  std::size_t messages = 0;
  std::size_t first_size = 0;
  bool sizes_differ = false;
  for (const Message& message : exchange.messages) {
    if (message.from != side || message.bytes.empty()) continue;
    if (size_by(message.bytes, field) != message.wire_length) return false;
    if (messages++ == 0) first_size = message.wire_length;
    sizes_differ = sizes_differ || message.wire_length != first_size;
  }
  return messages >= 2 && (field.width > 1 || sizes_differ);
}

// The numbers chain through the stream up to its very end, or to where the capture's knowledge of it ends. Returns the pieces; 0
// where they do not, or prove nothing.
std::size_t pieces_of(Bytes stream, bool cut, const LengthField& field) {
  std::size_t pieces = 0;
  while (!stream.empty()) {
    const std::uint64_t size = size_by(stream, field);
    const bool beyond = size > stream.size() || (size == 0 && stream.size() < field.end());
    if (beyond && cut && pieces >= 2) return pieces;
    if (size == 0 || beyond) return 0;
    ++pieces;
    stream.remove_prefix(static_cast<std::size_t>(size));
  }
  return pieces;
}

// One number that counts the whole of a stream is soon found by chance if it is short and may stand anywhere.
bool proves_little(const LengthField& field) {
  return field.pieces == 1 && field.width == 2 && (field.offset % 2 != 0 || field.offset > 4);
}

// Whether the number at the front may count bytes of which there are `size`: nearly none does, for it is zero, or too large.
bool may_count(Bytes front, std::size_t size, const LengthField& field) {
  if (front.size() < field.end()) return false;
  const std::uint64_t number = number_at(front, field);
  return number != 0 && number <= size;
}

Message first_message(const Exchange& exchange, Side side) {
  for (const Message& message : exchange.messages)
    if (message.from == side && !message.bytes.empty()) return message;
  return {};
}

// All fields of a width that lie at a multiple of it, or all others.
std::optional<LengthField> find_length(const Exchange& exchange, Side side, bool cut,
                                       std::size_t width, bool aligned) {
  const Message first = first_message(exchange, side);
  const Bytes stream = exchange.transport == Transport::tcp ? exchange.said(side) : Bytes{};
  for (std::size_t offset = aligned ? 0 : 1; offset <= last_offset; ++offset) {
    if ((offset % width == 0) != aligned) continue;
    for (const bool big_endian : {true, false}) {
      if (width == 1 && !big_endian) continue;
      LengthField field{.offset = offset, .width = width, .big_endian = big_endian};
      if (!may_count(first.bytes, first.wire_length, field) &&
          !may_count(stream, stream.size(), field))
        continue;
      for (const bool counts_all : {false, true}) {
        field.counts_all = counts_all;
        field.pieces = 0;
        if (counts_messages(exchange, side, field)) return field;
        if (exchange.transport == Transport::udp || width == 1) continue;
        field.pieces = pieces_of(stream, cut, field);
        if (field.pieces > 0 && !proves_little(field)) return field;
      }
    }
  }
  return std::nullopt;
}

// The wider ones first, for a short one is found inside of them; but those that are aligned before all others, for a long one is
// found around a short one where zeros stand before it.
std::optional<LengthField> find_length(const Exchange& exchange, Side side, bool cut) {
  for (const bool aligned : {true, false})
    for (const std::size_t width : {4u, 2u})
      if (const auto field = find_length(exchange, side, cut, width, aligned)) return field;
  return find_length(exchange, side, cut, 1, true);
}

// ---- Units ----

struct Unit {
  Bytes bytes;
  std::size_t size = 0;  // on the wire
};

template <typename Visit>
void for_each_unit(const Exchange& exchange, Side side, const std::optional<LengthField>& length,
                   Visit&& visit) {
  if (!length || length->pieces == 0) {
    for (const Message& message : exchange.messages)
      if (message.from == side && !message.bytes.empty())
        visit(Unit{message.bytes, message.wire_length});
    return;
  }
  Bytes stream = exchange.said(side);
  while (!stream.empty()) {
    const std::uint64_t size = size_by(stream, *length);
    if (size == 0) return;
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(size, stream.size()));
    visit(Unit{stream.substr(0, taken), static_cast<std::size_t>(size)});
    stream.remove_prefix(taken);
  }
}

Bytes common_prefix(Bytes a, Bytes b) {
  const auto ends = std::ranges::mismatch(a, b);
  return a.substr(0, static_cast<std::size_t>(ends.in1 - a.begin()));
}

Bytes common_suffix(Bytes a, Bytes b) {
  std::size_t n = 0;
  while (n < std::min(a.size(), b.size()) && a[a.size() - n - 1] == b[b.size() - n - 1]) ++n;
  return a.substr(a.size() - n);
}

// The upper bytes of a length field lead nothing.
Bytes without_length(Bytes lead, const std::optional<LengthField>& length) {
  const bool within = length && lead.size() > length->offset && lead.size() <= length->end();
  return within ? lead.substr(0, length->offset) : lead;
}

void compare_units(const Exchange& exchange, Side side, SideTraits& traits) {
  Unit first;
  bool same_size = true;
  bool alike = true;
  bool whole = true;
  Bytes tail;
  for_each_unit(exchange, side, traits.length, [&](const Unit& unit) {
    if (traits.units++ == 0) {
      first = unit;
      traits.lead = unit.bytes.substr(0, longest_lead);
      tail = unit.bytes.substr(unit.bytes.size() - std::min(unit.bytes.size(), longest_tail));
    }
    traits.lead = common_prefix(traits.lead, unit.bytes);
    tail = common_suffix(tail, unit.bytes);
    whole = whole && unit.bytes.size() == unit.size;
    same_size = same_size && unit.size == first.size;
    alike = alike && unit.bytes == first.bytes;
  });
  traits.all_alike = alike && traits.units >= 2;
  if (same_size && traits.units >= 3) traits.unit_size = first.size;
  if (whole && !alike && traits.units >= 3 && !traits.lines) traits.tail = tail;
  traits.lead = without_length(traits.lead, traits.length);
  if (traits.units < 2 || traits.lead.size() < 2) traits.lead = {};
}

// ---- Statistics ----

using Counts = ByteHistogram::Counts;

// n log2 n; by a table for the counts that there mostly are.
double n_log2_n(std::uint32_t n) {
  static const auto small = [] {
    std::array<double, 256> values{};
    for (std::size_t k = 1; k < values.size(); ++k)
      values[k] = static_cast<double>(k) * std::log2(static_cast<double>(k));
    return values;
  }();
  return n < small.size() ? small[n] : n * std::log2(static_cast<double>(n));
}

double entropy_of(const Counts& counts, std::size_t total) {
  double sum = 0;
  for (const std::uint32_t count : counts) sum += n_log2_n(count);
  const auto n = static_cast<double>(total);
  return std::max(0.0, std::log2(n) - sum / n);
}

double chi_square_of(const Counts& counts, std::size_t total) {
  double squares = 0;
  for (const std::uint32_t count : counts) squares += static_cast<double>(count) * count;
  const auto n = static_cast<double>(total);
  return squares * 256 / n - n;
}

// Random bytes give 255 with a standard deviation of 22.6, however many they are; text and records give thousands.
bool is_even(double chi_square) { return std::abs(chi_square - 255.0) < 3.5 * 22.6; }

ByteHistogram histogram_of_messages(const Exchange& exchange, Side side) {
  ByteHistogram said;
  for (const Message& message : exchange.messages)
    if (message.from == side) said.add(message.bytes);
  return said;
}

ByteHistogram histogram_of_units(const Exchange& exchange, Side side, const LengthField& length) {
  ByteHistogram said;
  for_each_unit(exchange, side, length, [&said](const Unit& unit) { said.add(unit.bytes); });
  return said;
}

// `said` counts the units.
void measure(const Exchange& exchange, Side side, const ByteHistogram& said, SideTraits& traits) {
  const std::size_t head =
      std::max(traits.lead.size(), traits.length ? traits.length->end() : std::size_t{0});
  traits.bytes = traits.measured = said.total();
  if (traits.bytes > 0)
    traits.printable =
        static_cast<double>(said.count(' ', '~')) / static_cast<double>(traits.bytes);
  for_each_unit(exchange, side, traits.length,
                [&](const Unit& unit) { traits.measured -= std::min(head, unit.bytes.size()); });
  if (traits.measured < SideTraits::least_for_statistics) return;
  Counts beyond_head = said.counts();
  for_each_unit(exchange, side, traits.length, [&](const Unit& unit) {
    for (const char c : unit.bytes.substr(0, head)) --beyond_head[static_cast<unsigned char>(c)];
  });
  traits.entropy = entropy_of(beyond_head, traits.measured);
  traits.chi_square = chi_square_of(beyond_head, traits.measured);
  traits.random = is_even(traits.chi_square);
}

// ---- Form ----

void find_text(const Exchange& exchange, Side side, const ByteHistogram& said, SideTraits& traits) {
  traits.encoding = encoding_of(exchange, side, said);
  const bool may_have_lines = traits.encoding == TextEncoding::ascii ||
                              traits.encoding == TextEncoding::utf8 ||
                              traits.encoding == TextEncoding::latin1;
  if (!may_have_lines) return;
  traits.lines = traits.crlf = true;
  for (const Message& message : exchange.messages) {
    if (message.from != side || message.bytes.empty()) continue;
    traits.lines = traits.lines && (message.bytes.ends_with('\n') || !message.is_whole());
    for (std::size_t at = message.bytes.find('\n'); at != Bytes::npos;
         at = message.bytes.find('\n', at + 1))
      traits.crlf = traits.crlf && at > 0 && message.bytes[at - 1] == '\r';
  }
  traits.crlf = traits.crlf && traits.lines;
}

// Behind the head as well as from the start: a container may lie inside a frame.
void find_form(const Exchange& exchange, Side side, SideTraits& traits) {
  Unit first;
  for_each_unit(exchange, side, traits.length, [&first](const Unit& unit) {
    if (first.bytes.empty()) first = unit;
  });
  const bool whole = first.bytes.size() == first.size;
  const std::size_t behind_length = traits.length ? traits.length->end() : 0;
  for (const std::size_t offset : {std::size_t{0}, behind_length, traits.lead.size()}) {
    const Bytes body = first.bytes.substr(std::min(offset, first.bytes.size()));
    if (traits.packing == Packing::none) {
      traits.packing = packing_of(body);
      traits.packing_offset = offset;
    }
    if (traits.structure == Structure::none)
      traits.structure = structure_of(body, whole, traits.encoding != TextEncoding::none);
  }
}

SideTraits side_traits(const Exchange& exchange, Side side) {
  SideTraits traits;
  if (count_messages(exchange, side) == 0) return traits;
  const ByteHistogram said = histogram_of_messages(exchange, side);
  find_text(exchange, side, said, traits);
  // Letters are small numbers too.
  if (traits.encoding == TextEncoding::none || traits.encoding == TextEncoding::ascii_with_nuls)
    traits.length = find_length(exchange, side, is_cut(exchange, side));
  compare_units(exchange, side, traits);
  if (traits.length && traits.length->pieces > 0)
    measure(exchange, side, histogram_of_units(exchange, side, *traits.length), traits);
  else
    measure(exchange, side, said, traits);
  find_form(exchange, side, traits);
  return traits;
}

bool echoes(const Exchange& exchange) {
  if (exchange.transport == Transport::tcp)
    return exchange.server.size() >= 4 && exchange.client.starts_with(exchange.server);
  std::size_t answers = 0;
  for (;; ++answers) {
    const Message answer = exchange.nth(Side::server, answers);
    if (answer.bytes.empty()) break;
    if (answer.bytes != exchange.nth(Side::client, answers).bytes) return false;
  }
  return answers > 0 && exchange.server.size() >= 4;
}

}  // namespace

UnknownTraits find_traits(const Exchange& exchange) {
  UnknownTraits traits;
  for (const Side side : {Side::client, Side::server})
    traits.sides[static_cast<std::size_t>(side)] = side_traits(exchange, side);
  traits.echo = echoes(exchange);
  if (traits.echo) return traits;
  Bytes shared = common_prefix(exchange.client, exchange.server).substr(0, longest_lead);
  for (const SideTraits& side : traits.sides) shared = without_length(shared, side.length);
  if (shared.size() >= 2) traits.shared = shared;
  return traits;
}

}  // namespace oddport
