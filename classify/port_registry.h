// What is known of every port number offline: who is assigned it, who lost it, what else runs
// there, and where each claim comes from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "classify/transport.h"

namespace oddport {

enum class AssignmentStatus : std::uint8_t {
  assigned,  // to a service with a public wire format, or plain common use; outside 500-1023: to
             // any service
  ghost,  // assigned, but no public wire format of the service exists; judged inside 500-1023 only
  reserved,  // IANA keeps the number and gives it to nobody
  removed,   // once assigned, since taken back; `changed` says when
  unassigned,
};

constexpr std::string_view to_string(AssignmentStatus status) {
  switch (status) {
    case AssignmentStatus::assigned:
      return "assigned";
    case AssignmentStatus::ghost:
      return "ghost";
    case AssignmentStatus::reserved:
      return "reserved";
    case AssignmentStatus::removed:
      return "removed";
    case AssignmentStatus::unassigned:
      return "unassigned";
  }
  return "unassigned";
}

// One row: a service on a port over one transport. A port may have several (666: mdqs and doom), or
// one row without a service. Empty texts mean that the registry does not say. Dates are YYYY-MM-DD,
// or YYYY-MM where no day is known.
struct Assignment {
  std::uint16_t port = 0;
  Transport transport = Transport::tcp;
  AssignmentStatus status = AssignmentStatus::unassigned;
  std::string_view service;      // IANA's service name; of a removed one, the former name
  std::string_view description;  // what it is, in our words
  std::string_view registered;
  std::string_view
      changed;  // last change, or the removal; "by 2013-02" where only a bound is known
  std::string_view reference;  // "RFC 5426"; several are separated by ", "
  std::string_view source;     // keys into fact_sources(), separated by blanks
};

// The rows of one port and transport, by value: the tables hold them packed.
class Assignments {
 public:
  static constexpr std::size_t capacity =
      4;  // no port has more services; checked when the tables are built

  constexpr const Assignment* begin() const { return rows_.data(); }
  constexpr const Assignment* end() const { return rows_.data() + size_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr const Assignment& front() const { return rows_.front(); }
  // Ignored once full.
  constexpr void add(const Assignment& row) {
    if (size_ < capacity) rows_[size_++] = row;
  }

 private:
  std::array<Assignment, capacity> rows_{};
  std::size_t size_ = 0;
};

// An event in the life of a port: renamed, removed, reassigned, or checked and found unchanged.
struct HistoryNote {
  std::uint16_t first = 0;  // ports first..last
  std::uint16_t last = 0;
  Transports transports = Transports::both;
  std::string_view date;    // "2017-06-08", "by 2003-10", "between 2007-09 and 2009-11", "checked
                            // 1992-07 to 2026-08-17"
  std::string_view former;  // the service name that the port lost or dropped in the event, if any
  std::string_view event;   // one sentence
  std::string_view source;  // keys, as in Assignment
};

// Software seen on a port in practice.
struct Custom {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  Transports transports = Transports::both;
  std::string_view software;
  std::string_view does;
  std::string_view era;
  std::string_view source;
  bool registered = false;   // the software is what the registration means
  bool client_side = false;  // it is the client's source port that falls here
};

// A name that old trojan lists tie to a port: a rumor, never evidence.
struct MalwareName {
  std::uint16_t first = 0;  // any port of first..last
  std::uint16_t last = 0;
  Transports transports = Transports::tcp;
  std::string_view name;
  std::string_view kind;
  std::string_view source;
};

// A key used in the `source` fields, and what it stands for.
struct FactSource {
  std::string_view key;
  std::string_view title;
};

// The one row that speaks for a port in a record: the first assigned service, else the ghost, the
// removed, the reserved. Unassigned and without texts where there is no row, as for every dynamic
// port (49152 and above).
struct PortFacts {
  AssignmentStatus status = AssignmentStatus::unassigned;
  std::string_view service;  // empty where there is none
  std::string_view changed;
  std::string_view reference;
};

// All rows of a port and transport, assigned ones first. Every number 500-1023 has at least one row
// a transport; outside the range the rows are IANA's, and a number without any returns none.
Assignments assignments(std::uint16_t port, Transport transport);
PortFacts port_facts(std::uint16_t port, Transport transport);
// Whether `service` is assigned the port now, or was before it was removed or renamed.
bool is_assigned(std::uint16_t port, Transport transport, std::string_view service);
bool was_assigned(std::uint16_t port, Transport transport, std::string_view service);

// These ascend by first port and were gathered for ports 500-1023.
std::span<const HistoryNote> port_history();
std::span<const Custom> port_customs();
std::span<const MalwareName> malware_names();

std::span<const FactSource> fact_sources();  // ascending by key
// What a key stands for; empty where no source has it.
std::string_view source_title(std::string_view key);

// The date in the header of the IANA registry file that the tables were taken from: "2026-08-17".
std::string_view registry_snapshot();

}  // namespace oddport
