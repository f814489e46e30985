// One thread's way of sending on one link: frames gathered into a batch, and given to the kernel in one call.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "probe/file_descriptor.h"
#include "probe/frame_template.h"
#include "probe/paths.h"
#include "probe/socket_address.h"

namespace oddport {

class Transmitter {
 public:
  static constexpr std::size_t max_batch_size = 64;

  struct Sent {
    std::size_t frames = 0;
    std::uint64_t refused = 0;  // times that a queue was full; the frames went out later
    int error = 0;  // errno value that ended it: the link is down or gone, or the kernel forbids it
  };

  // Opens the socket, or says in `error` why not and what would help. Not opened where `dry`.
  Transmitter(const Link& link, bool v4, bool dry, std::string& error);

  // Room for the next frame; commit() takes it into the batch, which must not be full.
  Octets next() { return frames_[count_]; }
  void commit(std::size_t length, const IpAddress& host);
  bool full() const { return count_ == max_batch_size; }
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  Bytes frame(std::size_t i) const {
    return {reinterpret_cast<const char*>(frames_[i].data()), vectors_[i].iov_len};
  }
  // Sends what was gathered, and forgets it.
  Sent flush();
  void forget() { count_ = 0; }

 private:
  bool open_framed(const Link& link);
  bool open_raw(const Link& link, bool v4);

  using Frame = std::array<std::uint8_t, FrameTemplate::max_frame>;

  FileDescriptor socket_;
  bool framed_;
  std::vector<Frame> frames_;
  std::array<iovec, max_batch_size> vectors_{};
  std::array<mmsghdr, max_batch_size> messages_{};
  std::array<SocketAddress, max_batch_size> addresses_{};
  std::size_t count_ = 0;
};

}  // namespace oddport
