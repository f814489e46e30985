#include "cli/target_list.h"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string_view>

#include "cli/foreign_scan.h"
#include "probe/socket_address.h"
#include "report/escape.h"

namespace oddport {

namespace {

// RFC 1035, section 2.3.4; and more text in one word than any notation of an address has.
constexpr std::size_t longest_name = 253;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A name has letters, and nothing that belongs to the notations of addresses alone. Whatever has a colon is meant as IPv6.
bool may_be_name(std::string_view word) {
  const bool characters = std::ranges::all_of(
      word, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; });
  const bool letters = std::ranges::any_of(
      word, [](char c) { return is_alphanumeric(c) && !(c >= '0' && c <= '9'); });
  return characters && letters && word.size() <= longest_name;
}

std::vector<IpAddress> resolve(const std::string& name, const ResolveOptions& options,
                               std::string& error) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;  // each address once
  hints.ai_family = options.want_v4 == options.want_v6 ? AF_UNSPEC
                    : options.want_v4                  ? AF_INET
                                                       : AF_INET6;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(name.c_str(), nullptr, &hints, &found);
  if (status != 0) {
    error = fmt::format("no address is known for '{}' ({})", name, gai_strerror(status));
    return {};
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  std::vector<IpAddress> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next)
    if (const auto address = address_in(each->ai_addr);
        address && std::ranges::find(addresses, *address) == addresses.end())
      addresses.push_back(*address);
  if (!options.all_addresses && addresses.size() > 1) addresses.resize(1);
  return addresses;
}

// Addresses, one a line, are words like others.
bool is_scanners(std::string_view first_line) {
  const ForeignFormat format = foreign_format(first_line);
  return format != ForeignFormat::none && format != ForeignFormat::addresses;
}

class Reader {
 public:
  Reader(const ResolveOptions& options, bool probe, TargetList& list, std::string& error)
      : options_(options), probe_(probe), list_(list), error_(error) {}

  bool word(const std::string& text) { return may_be_name(text) ? name(text) : addresses(text); }

  bool file(const std::string& path) {
    if (path == "-") return lines(std::cin, "standard input");
    errno = 0;
    std::ifstream in(path);
    if (!in || in.peek() == std::ifstream::traits_type::eof()) {
      if (in.eof()) return true;  // an empty list
      return fail(
          fmt::format("{}: cannot be read: {}", path,
                      errno != 0 ? std::strerror(errno) : "no such file, or no permission"));
    }
    return lines(in, path);
  }

 private:
  bool fail(const std::string& what) {
    error_ = visible(what);
    return false;
  }

  // The hosts that another scanner found; who cannot read them all, does not know whom it leaves out.
  bool hosts_of(const std::string& text, const std::string& path) {
    std::string what;
    const auto found = read_foreign_scan(text, path, what);
    if (!found) return fail(what);
    if (!found->problems.empty()) return fail(found->problems.front());
    for (const IpAddress& host : found->hosts) {
      if (!(host.is_v4() ? options_.want_v4 : options_.want_v6)) continue;
      if (!add({host, host}, host.to_string())) return fail(fmt::format("{}: {}", path, error_));
    }
    list_.names.insert(found->names.begin(), found->names.end());
    return true;
  }

  bool lines(std::istream& in, const std::string& path) {
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (number == 1 && is_scanners(line)) {
        std::ostringstream rest;
        if (in.peek() != std::istream::traits_type::eof()) rest << in.rdbuf();
        return hosts_of(line + "\n" + rest.str(), path);
      }
      if (!words(line.substr(0, line.find('#'))))
        return fail(fmt::format("{}:{}: {}", path, number, error_));
    }
    return !in.bad() || fail(fmt::format("{}:{}: reading ended with an error", path, number));
  }

  bool words(std::string_view line) {
    constexpr std::string_view blanks = " \t\r\f\v";
    while (true) {
      line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
      if (line.empty()) return true;
      const std::size_t end = std::min(line.find_first_of(blanks), line.size());
      if (!word(std::string(line.substr(0, end)))) return false;
      line.remove_prefix(end);
    }
  }

  bool addresses(const std::string& text) {
    std::vector<AddressRange> ranges;
    std::string what;
    if (!parse_address_ranges(text, ranges, what)) return fail(what);
    return std::ranges::all_of(ranges, [&](const AddressRange& range) { return add(range, text); });
  }

  bool name(const std::string& text) {
    if (!options_.use_dns)
      return fail(
          fmt::format("'{}' is a name, and -n forbids to ask DNS; write its address", text));
    std::string what;
    const std::vector<IpAddress> found = resolve(text, options_, what);
    if (found.empty()) return fail(what.empty() ? fmt::format("'{}' has no address", text) : what);
    return std::ranges::all_of(found, [&](const IpAddress& address) {
      list_.names.emplace(address, text);
      return add({address, address}, text);
    });
  }

  bool add(const AddressRange& range, const std::string& text) {
    if (!(range.first.is_v4() ? options_.want_v4 : options_.want_v6))
      return fail(fmt::format("'{}' is IPv{}, which {} leaves out", text,
                              range.first.is_v4() ? 4 : 6, range.first.is_v4() ? "-6" : "-4"));
    const std::string objection = probe_ ? objection_to(range) : std::string();
    if (!objection.empty()) return fail(fmt::format("'{}': {}", text, objection));
    list_.ranges.push_back(range);
    return true;
  }

  const ResolveOptions& options_;
  bool probe_;
  TargetList& list_;
  std::string& error_;
};

bool read(const TargetWords& targets, const ResolveOptions& options, bool probe, TargetList& list,
          std::string& error) {
  TargetList found;
  Reader reader(options, probe, found, error);
  for (const std::string& word : targets.words)
    if (!reader.word(word)) return false;
  for (const std::string& file : targets.files)
    if (!reader.file(file)) return false;
  list = std::move(found);
  return true;
}

}  // namespace

bool read_targets(const TargetWords& targets, const ResolveOptions& options, TargetList& list,
                  std::string& error) {
  return read(targets, options, false, list, error);
}

bool read_probe_targets(const TargetWords& targets, const ResolveOptions& options, TargetList& list,
                        std::string& error) {
  return read(targets, options, true, list, error);
}

}  // namespace oddport
