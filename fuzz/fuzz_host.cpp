// What the kernel and /proc would never say of this machine's sockets: whatever the bytes, the readers stay within them, and
// every socket that they make can be told.
//
// Input: one byte that chooses the reader, then its text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "host/control_group.h"
#include "host/proc_net.h"
#include "host/sock_diag.h"
#include "host/socket_verdict.h"

namespace oddport {

namespace {

void tell(const std::vector<Socket>& sockets) {
  const PortSet watched = PortSet::watched_by_default();
  for (const Socket& socket : sockets) {
    HostSocket told;
    told.transport = socket.transport;
    told.local = socket.local;
    told.remote = socket.remote;
    told.serves = socket.state == SocketState::listening;
    told.facts.state = socket.state;
    if (judge_unheard(told, watched).reason.empty()) std::abort();
  }
}

}  // namespace

}  // namespace oddport

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oddport;
  Bytes text{reinterpret_cast<const char*>(data), size};
  if (text.empty()) return 0;
  const auto choice = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  const Transport transport = (choice & 4) != 0 ? Transport::udp : Transport::tcp;
  std::vector<Socket> sockets;
  switch (choice & 3) {
    case 0:
      if (const DiagEnd end = read_diag_answer(text, transport, sockets); end.error < 0)
        std::abort();
      break;
    case 1:
      read_proc_net(text, transport, sockets);
      break;
    default:
      if (read_control_group(text).unit.size() > text.size()) std::abort();
  }
  tell(sockets);
  return 0;
}
