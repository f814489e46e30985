// Writes packets into pcapng files of bounded size, of which only the last few are kept.
//
// draft-ietf-opsawg-pcapng. The files are named as tcpdump names those of -C and -W: NAME0, NAME1, ... with leading zeros where
// there are ten or more, and after the last one the first is overwritten.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "capture/packet.h"

namespace oddport {

class CaptureRing {
 public:
  struct Bounds {
    std::uint64_t file_bytes =
        100'000'000;  // a file ends before it grows beyond this, but holds a packet at least
    std::size_t files = 10;
  };
  struct Interface {
    std::string name;
    LinkType link_type = LinkType::ethernet;
  };

  CaptureRing(std::string path, Bounds bounds, std::vector<Interface> interfaces);

  // Makes the first file, so that one learns at once whether that can be done. False where not; see failure().
  bool open();
  // `interface` counts from 0 in the order given. After a failure nothing is written any more.
  void write(const Packet& packet, std::size_t interface);
  void flush();

  const std::string& failure() const {
    return failure_;
  }  // "FILE: what is wrong"; empty while all is well
  std::uint64_t packets() const { return packets_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::string name_of(std::size_t number) const;
  void begin_file();
  void put(const std::string& bytes);
  void fail();

  std::string path_;
  Bounds bounds_;
  std::vector<Interface> interfaces_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string file_name_;
  std::size_t next_ = 0;
  std::uint64_t written_ = 0;  // into this file
  bool holds_packets_ = false;
  std::uint64_t packets_ = 0;
  std::string failure_;
};

}  // namespace oddport
