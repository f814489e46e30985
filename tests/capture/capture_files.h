// The captures that tests may read: those of the source tree, and of the corpus where
// ODDPORT_CORPUS names one.
#pragma once

#include <pcap/pcap.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "capture/packet.h"

namespace oddport::testing {

inline void add_captures(const std::filesystem::path& folder, std::vector<std::string>& files) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(folder)) return;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    const bool is_capture =
        extension == ".pcap" || extension == ".pcapng" || extension == ".cap" || extension.empty();
    if (entry.is_regular_file() && is_capture) files.push_back(entry.path().string());
  }
}

inline std::vector<std::string> capture_files() {
  std::vector<std::string> files;
  add_captures(ODDPORT_SOURCE_DIR "/pcaps", files);
  if (const char* corpus = std::getenv("ODDPORT_CORPUS"); corpus != nullptr) {
    add_captures(std::filesystem::path(corpus) / "pcap", files);
    add_captures(std::filesystem::path(corpus) / "torture", files);
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Hands the packets of a file to `visit(const Packet&)`, up to where libpcap gives up; none where
// it cannot open the file.
template <typename Visit>
void for_each_packet(const std::string& path, Visit visit) {
  char error[PCAP_ERRBUF_SIZE];
  const std::unique_ptr<pcap_t, decltype(&pcap_close)> file{
      pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, error),
      &pcap_close};
  if (file == nullptr) return;
  const auto link = static_cast<LinkType>(pcap_datalink(file.get()));
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  while (pcap_next_ex(file.get(), &header, &bytes) == 1) {
    const Bytes captured{reinterpret_cast<const char*>(bytes), header->caplen};
    const Time time = Time{header->ts.tv_sec} * 1'000'000'000 + Time{header->ts.tv_usec};
    visit(Packet{captured, std::max(header->len, header->caplen), link, time});
  }
}

}  // namespace oddport::testing
