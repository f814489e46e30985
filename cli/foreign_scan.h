// What another scanner has found, from a file that it wrote: nmap's XML, masscan's XML, JSON and list, zmap's CSV, JSON and list.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "classify/ip_address.h"
#include "probe/target.h"

namespace oddport {

struct ForeignScan {
  std::vector<Target> open;  // or "open|filtered"; each once, in order
  // Who answered, whatever became of the ports; each once, in order.
  std::vector<IpAddress> hosts;
  std::map<IpAddress, std::string> names;  // by which the user of that scanner asked
  bool tells_ports = true;                 // false of a mere list of addresses
  // What could not be read, and what was read nonetheless: one sentence each, which begins with the file and the place in it.
  std::vector<std::string> problems;
};

enum class ForeignFormat : std::uint8_t { none, xml, json, masscan_list, csv, addresses };

// By the first line of a file. Addresses alone, one a line, are what zmap writes where it is asked for nothing else, and what people
// write themselves.
ForeignFormat foreign_format(std::string_view first_line);

// `name` is how problems call the file. Where `text` is no such file, nothing, and `error` says so.
std::optional<ForeignScan> read_foreign_scan(std::string_view text, const std::string& name,
                                             std::string& error);
// Likewise of a file; "-" is standard input.
std::optional<ForeignScan> read_foreign_scan_file(const std::string& path, std::string& error);

}  // namespace oddport
