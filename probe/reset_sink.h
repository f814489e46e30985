// Keeps the resets of closed ports from the kernel's TCP, which would look in vain for the connections that they end.
//
// Most answers to a search are such resets, and the kernel's look at them is a seventh of what a probe and its answer cost a machine.
// A small program (BPF) at the interface's entry lets go of them once the receiver has seen them. The kernel removes it with the sink,
// or with the process, however that ends.
#pragma once

#include "probe/file_descriptor.h"
#include "probe/receiver.h"

namespace oddport {

class ResetSink {
 public:
  // On an Ethernet interface, for resets to our ports. Does nothing where the kernel refuses, which wants Linux 6.6 and root (or
  // CAP_NET_ADMIN and CAP_BPF), or where connections of the kernel's own may have such ports.
  ResetSink(int interface, const ReplyFilter& ours);

  bool attached() const { return static_cast<bool>(link_); }

 private:
  FileDescriptor link_;
};

}  // namespace oddport
