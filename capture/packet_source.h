// Where packets come from: a file, a stream or an interface behind one interface, a batch at a
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "capture/packet.h"
#include "capture/stretch_reader.h"
#include "classify/port_set.h"

namespace oddport {

// Something that could not be read: told to the user, and what came before it stays reported.
struct ReadError {
  std::string where;  // file name
  std::uint64_t offset =
      0;             // byte offset in the (decompressed) file: where the damaged record begins
  std::string what;  // what is wrong and what was done about it, one sentence
};

// Packets in one batch, at most: enough to pay for the call, few enough to stay in the nearest
// cache.
inline constexpr std::size_t max_batch = 128;

// How much a source went through for a selection.
struct Passed {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;  // captured
};

class PacketSource {
 public:
  virtual ~PacketSource() = default;

  // The next packets, at most max_batch; empty at the end. The views hold until the next call.
  virtual std::span<const Packet> next_batch() = 0;
  // Goes on through the source and appends to `selection` what may concern the decoder (see may_touch(); `to_decode` comes
  // from ports_to_decode()). No packet passed is the end. The views hold until the next call.
  virtual Passed select_next(const PortSet& to_decode, std::vector<Packet>& selection);
  // Reads parts of the source apart from each other, for one of several threads; null where that cannot be. Uses the source
  // without changing it.
  virtual std::unique_ptr<StretchReader> stretch_reader(const PortSet& /*to_decode*/) const {
    return nullptr;
  }
  // Has the source go on at this byte of it, where a record begins; only where there is a stretch_reader().
  virtual void go_on_at(std::uint64_t /*offset*/) {}
  // Errors met so far, in file order. A damaged file ends at the damage; a packet that alone cannot
  // be read (it names an interface that the file does not describe) is skipped.
  virtual const std::vector<ReadError>& errors() const = 0;
  // Bytes consumed and bytes in total (0 where unknown) of the input as it is stored, compressed or
  // not, for the progress line.
  virtual std::uint64_t position() const = 0;
  virtual std::uint64_t size() const = 0;
  // Of the next record, where there is a stretch_reader().
  virtual std::uint64_t record_offset() const { return 0; }
};

}  // namespace oddport
