// Fragments of IP datagrams in, the first bytes of each datagram out: a bounded number of them, for
// a bounded time.
//
// Only the head of a datagram matters to what reads on, so no more than that is kept, and a
// datagram is handed out as soon as its head is there. Where fragments overlap, the first to come
// wins.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "classify/bytes.h"
#include "classify/ip_address.h"
#include "classify/observation.h"

namespace oddport {

// What fragments of one datagram have in common (RFC 791, section 3.2; RFC 8200, section 4.5).
struct FragmentKey {
  IpAddress source;
  IpAddress destination;
  std::uint32_t identification = 0;
  std::uint8_t protocol = 0;  // IPv4 only; IPv6 does not tell datagrams apart by it

  friend bool operator==(const FragmentKey&, const FragmentKey&) = default;
};

struct Fragment {
  std::uint8_t protocol = 0;  // what the datagram holds; that of the first fragment counts
  std::size_t offset = 0;     // in bytes, a multiple of 8
  bool last = false;
  Bytes captured;
  std::size_t length =
      0;  // before the snaplen's cut; never less than captured.size(); a multiple of 8 unless last

  // Not empty and within 65,535 bytes.
  bool plausible() const { return length != 0 && offset + length <= 65535; }
};

// The head of a datagram.
struct Datagram {
  std::uint8_t protocol = 0;
  Bytes head;  // at most FragmentTable::head_size; ends where a fragment was cut by the snaplen
  std::size_t length = 0;  // of the whole
  bool length_known =
      false;  // false: the last fragment has not come, and `length` is the least it can be
};

class FragmentTable {
 public:
  static constexpr std::size_t head_size =
      4096 + 64;  // 4 KiB and the longest TCP header, in blocks of 8
  static constexpr std::size_t max_datagrams = 1024;
  static constexpr Time timeout =
      30'000'000'000;  // ns of capture time since the datagram's first fragment
  // The head of a datagram stays valid until this many further datagrams have been handed out.
  static constexpr std::size_t kept_heads = 12;

  // Takes a plausible fragment. Returns its datagram when this fragment makes the head complete,
  // that is once.
  std::optional<Datagram> add(const FragmentKey& key, const Fragment& fragment, Time now);

  // Datagrams in the table, the handed-out ones included that wait for their last fragments.
  std::size_t size() const { return assemblies_.size(); }

 private:
  static constexpr std::size_t block = 8;  // the unit of fragment offsets
  static constexpr std::size_t max_length = 65535;

  struct Assembly {
    FragmentKey key;
    Time first_seen = 0;
    std::uint8_t protocol = 0;
    bool handed_out = false;
    std::bitset<max_length / block + 1> covered;  // by the headers, captured or not
    std::size_t covered_from_start = 0;           // blocks without a gap
    std::size_t end = 0;                          // the highest that a fragment reached
    std::optional<std::size_t> length;            // known from the last fragment
    std::size_t readable = head_size;             // less where a fragment of the head was cut
    std::string head;

    bool contradicts(const Fragment& fragment) const;
    void insert(const Fragment& fragment);
    void copy_block(const Fragment& fragment, std::size_t offset);
    std::size_t bytes_from_start() const;
    bool head_complete() const;
    bool complete() const;
  };
  struct KeyHash {
    std::size_t operator()(const FragmentKey& key) const;
  };
  using Assemblies = std::list<Assembly>;  // oldest first

  Assembly& find_or_begin(const FragmentKey& key, const Fragment& fragment, Time now);
  void drop(Assemblies::iterator assembly);
  void drop_expired(Time now);
  Datagram hand_out(Assembly& assembly);

  Assemblies assemblies_;
  std::unordered_map<FragmentKey, Assemblies::iterator, KeyHash> index_;
  std::array<std::string, kept_heads> heads_;
  std::size_t next_head_ = 0;
};

}  // namespace oddport
