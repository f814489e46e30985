#include "classify/byte_histogram.h"

namespace oddport {

void ByteHistogram::add(Bytes bytes) {
  const std::size_t even = total_ % 2;
  Counts& first = lanes_[even];
  Counts& second = lanes_[1 - even];
  const std::size_t pairs = bytes.size() / 2;
  for (std::size_t n = 0; n < pairs; ++n) {
    ++first[static_cast<unsigned char>(bytes[2 * n])];
    ++second[static_cast<unsigned char>(bytes[2 * n + 1])];
  }
  if (bytes.size() % 2 != 0) ++first[static_cast<unsigned char>(bytes.back())];
  total_ += bytes.size();
}

ByteHistogram::Counts ByteHistogram::counts() const {
  Counts sum = lanes_[0];
  for (std::size_t value = 0; value < sum.size(); ++value) sum[value] += lanes_[1][value];
  return sum;
}

std::size_t ByteHistogram::count(unsigned char first, unsigned char last) const {
  return count_at(0, first, last) + count_at(1, first, last);
}

std::size_t ByteHistogram::count_at(std::size_t lane, unsigned char first,
                                    unsigned char last) const {
  std::uint32_t sum = 0;
  for (std::size_t value = first; value <= last; ++value) sum += lanes_[lane][value];
  return sum;
}

}  // namespace oddport
