#include "classify/port_registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>

namespace oddport {
namespace {

constexpr std::uint16_t first_port = 500;
constexpr std::uint16_t last_port = 1023;
constexpr Transport transports[] = {Transport::tcp, Transport::udp};

bool is_held(const Assignment& row) {
  return row.status == AssignmentStatus::assigned || row.status == AssignmentStatus::ghost;
}

// Calls `check` for every row of ports 500-1023.
template <typename Check>
void for_each_row(Check check) {
  for (std::uint16_t port = first_port; port <= last_port; ++port) {
    for (const Transport transport : transports)
      for (const Assignment& row : assignments(port, transport)) check(row);
  }
}

AssignmentStatus status_of(std::uint16_t port, Transport transport = Transport::tcp) {
  return port_facts(port, transport).status;
}

std::string service_of(std::uint16_t port, Transport transport = Transport::tcp) {
  return std::string(port_facts(port, transport).service);
}

void expect_known_keys(std::string_view source) {
  EXPECT_FALSE(source.empty());
  while (!source.empty()) {
    const std::string_view key = source.substr(0, source.find(' '));
    EXPECT_FALSE(source_title(key).empty()) << key;
    source.remove_prefix(std::min(key.size() + 1, source.size()));
  }
}

TEST(PortRegistry, ComesFromTheFileOfAugust2026) {
  EXPECT_EQ(registry_snapshot(), "2026-08-17");
  EXPECT_FALSE(source_title("IANA-2026-08-17").empty());
  EXPECT_TRUE(source_title("IANA-2026").empty());
}

TEST(PortRegistry, CoversEveryNumberOnBothTransports) {
  for (std::uint16_t port = first_port; port <= last_port; ++port) {
    for (const Transport transport : transports) {
      const Assignments rows = assignments(port, transport);
      ASSERT_FALSE(rows.empty()) << port << '/' << to_string(transport);
      for (const Assignment& row : rows) {
        EXPECT_EQ(row.port, port);
        EXPECT_EQ(row.transport, transport);
      }
    }
  }
}

// The file has 301 rows with TCP and 305 with UDP in the range. 7 and 9 of them name no service:
// 831-833, 994 and 1023 on both, 914 and 915 on TCP, 953, 993, 1001 and 1008 on UDP.
TEST(PortRegistry, HoldsAsManyServicesAsTheRegistry) {
  std::size_t tcp = 0;
  std::size_t udp = 0;
  std::set<std::uint16_t> numbers;
  for_each_row([&](const Assignment& row) {
    if (!is_held(row)) return;
    ++(row.transport == Transport::tcp ? tcp : udp);
    numbers.insert(row.port);
  });
  EXPECT_EQ(tcp, 301u - 7u);
  EXPECT_EQ(udp, 305u - 9u);
  EXPECT_EQ(numbers.size(), 290u);
}

TEST(PortRegistry, RowsAreSound) {
  for_each_row([](const Assignment& row) {
    SCOPED_TRACE(std::to_string(row.port) + "/" + std::string(to_string(row.transport)));
    expect_known_keys(row.source);
    if (is_held(row)) {
      EXPECT_FALSE(row.service.empty());
      EXPECT_GE(std::ranges::count(row.description, ' '), 2) << row.description;
    }
    if (row.status == AssignmentStatus::removed) {
      EXPECT_FALSE(row.changed.empty());
    }
  });
}

TEST(PortRegistry, StrongestRowSpeaks) {
  for (std::uint32_t port = 0; port <= 0xffff; ++port) {
    for (const Transport transport : transports) {
      const auto number = static_cast<std::uint16_t>(port);
      const Assignments rows = assignments(number, transport);
      const PortFacts facts = port_facts(number, transport);
      ASSERT_TRUE(std::ranges::is_sorted(rows, {}, &Assignment::status)) << port;
      if (rows.empty()) continue;
      EXPECT_EQ(rows.front().status, facts.status);
      EXPECT_EQ(rows.front().service, facts.service);
      EXPECT_EQ(rows.front().changed, facts.changed);
    }
  }
  EXPECT_EQ(service_of(888), "cddbp");
  EXPECT_EQ(service_of(750, Transport::udp), "kerberos-iv");
  EXPECT_EQ(service_of(512, Transport::udp), "comsat");
}

TEST(PortRegistry, TellsGhostsFromProtocols) {
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{
           531, 532, 533, 553, 569, 584, 586, 596, 767, 801, 997, 998, 999, 666, 1010})
    EXPECT_EQ(status_of(port), AssignmentStatus::ghost) << port;
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{
           502, 513, 514, 515, 548, 551, 554, 581, 587, 631, 636, 873, 953, 990, 993, 995})
    EXPECT_EQ(status_of(port), AssignmentStatus::assigned) << port;
  EXPECT_EQ(status_of(519), AssignmentStatus::ghost);
  EXPECT_EQ(status_of(520, Transport::tcp), AssignmentStatus::ghost);
  EXPECT_EQ(status_of(520, Transport::udp), AssignmentStatus::assigned);
  EXPECT_EQ(status_of(724), AssignmentStatus::unassigned);
  EXPECT_EQ(status_of(1015), AssignmentStatus::reserved);
}

TEST(PortRegistry, RemembersWhatWasRemoved) {
  const auto expect_removed = [](std::uint16_t port, Transport transport, std::string_view service,
                                 std::string_view changed) {
    const PortFacts facts = port_facts(port, transport);
    EXPECT_EQ(facts.status, AssignmentStatus::removed) << port;
    EXPECT_EQ(facts.service, service);
    EXPECT_EQ(facts.changed, changed) << port;
    EXPECT_FALSE(is_assigned(port, transport, service)) << port;
    EXPECT_EQ(was_assigned(port, transport, service), !service.empty()) << port;
  };
  expect_removed(585, Transport::tcp, "imap4-ssl", "2006-04-25");
  expect_removed(659, Transport::tcp, "", "2001-06-06");
  expect_removed(740, Transport::udp, "netcp", "by 2001-07");
  expect_removed(783, Transport::tcp, "hp-alarm-mgr", "by 2001-07");
  expect_removed(786, Transport::tcp, "concert", "2002-05-08");
  expect_removed(787, Transport::tcp, "qsc", "2002-10-08");
  expect_removed(831, Transport::tcp, "netconf-beep", "2025-09-29");
  expect_removed(832, Transport::tcp, "netconfsoaphttp", "2025-09-29");
  expect_removed(833, Transport::udp, "netconfsoapbeep", "2025-09-29");
  expect_removed(993, Transport::udp, "imaps", "2021-02-22");
  expect_removed(994, Transport::tcp, "ircs", "2011-08-31");
  EXPECT_EQ(port_facts(831, Transport::tcp).reference, "RFC 9900");
}

TEST(PortRegistry, KnowsServicesAndFormerNames) {
  EXPECT_TRUE(is_assigned(514, Transport::udp, "syslog"));
  EXPECT_FALSE(is_assigned(514, Transport::tcp, "syslog"));
  EXPECT_TRUE(is_assigned(514, Transport::tcp, "shell"));
  EXPECT_TRUE(is_assigned(512, Transport::udp, "biff"));
  EXPECT_TRUE(is_assigned(666, Transport::udp, "doom"));
  EXPECT_TRUE(was_assigned(514, Transport::udp, "syslog"));
  EXPECT_TRUE(was_assigned(514, Transport::tcp, "cmd"));
  EXPECT_TRUE(was_assigned(563, Transport::tcp, "snntp"));
  EXPECT_TRUE(was_assigned(861, Transport::udp, "owamp-control"));
  EXPECT_FALSE(is_assigned(861, Transport::udp, "owamp-control"));
  EXPECT_FALSE(was_assigned(541, Transport::tcp, "rdist")) << "a vendor's list is not the registry";
  EXPECT_FALSE(was_assigned(724, Transport::tcp, ""));
}

TEST(PortRegistry, AnswersOutsideOfTheRange) {
  EXPECT_EQ(service_of(22), "ssh");
  EXPECT_EQ(service_of(443, Transport::udp), "https");
  EXPECT_EQ(service_of(95), "supdup");
  EXPECT_EQ(service_of(158), "pcmail-srv");
  EXPECT_EQ(service_of(315), "dpsi");
  EXPECT_EQ(service_of(6667), "ircu");
  EXPECT_EQ(service_of(6063, Transport::udp), "x11");
  EXPECT_EQ(service_of(11371), "hkp");
  EXPECT_EQ(status_of(0), AssignmentStatus::reserved);
  EXPECT_EQ(status_of(47), AssignmentStatus::removed);
  EXPECT_EQ(service_of(47), "ni-ftp");
  EXPECT_TRUE(is_assigned(6669, Transport::tcp, "ircu"));
  EXPECT_TRUE(assignments(4, Transport::tcp).empty());
  EXPECT_TRUE(assignments(49152, Transport::tcp).empty());
  EXPECT_TRUE(assignments(65535, Transport::udp).empty());
  EXPECT_EQ(status_of(65535), AssignmentStatus::unassigned);
}

TEST(PortRegistry, ListsAscendAndCiteTheirSources) {
  const auto expect_sound = [](auto rows) {
    EXPECT_FALSE(rows.empty());
    std::uint16_t before = 0;
    for (const auto& row : rows) {
      EXPECT_LE(before, row.first);
      EXPECT_LE(row.first, row.last);
      expect_known_keys(row.source);
      before = row.first;
    }
  };
  expect_sound(port_history());
  expect_sound(port_customs());
  expect_sound(malware_names());
}

TEST(PortRegistry, EverySourceIsCited) {
  std::set<std::string_view> cited;
  const auto cite = [&](std::string_view source) {
    while (!source.empty()) {
      const std::string_view key = source.substr(0, source.find(' '));
      cited.insert(key);
      source.remove_prefix(std::min(key.size() + 1, source.size()));
    }
  };
  for_each_row([&](const Assignment& row) { cite(row.source); });
  for (const HistoryNote& note : port_history()) cite(note.source);
  for (const Custom& custom : port_customs()) cite(custom.source);
  for (const MalwareName& name : malware_names()) cite(name.source);
  for (const FactSource& source : fact_sources())
    EXPECT_TRUE(cited.contains(source.key)) << source.key;
}

TEST(PortRegistry, KnowsWhoseSourcePortsFallOn724) {
  const auto found = std::ranges::find_if(port_customs(), [](const Custom& custom) {
    return custom.client_side && custom.first == 721 && custom.last == 731;
  });
  ASSERT_NE(found, port_customs().end());
  EXPECT_NE(found->software.find("RFC 1179"), std::string_view::npos);
}

}  // namespace
}  // namespace oddport
