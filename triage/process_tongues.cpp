#include "triage/process_tongues.h"

#include <algorithm>

namespace oddport {

namespace {

using Names = std::string_view;

constexpr Names amanda[] = {"amanda"};
constexpr Names cups[] = {"ipp", "http", "tls", "cups-browse"};
constexpr Names dhcp[] = {"dhcp", "dhcpv6", "dhcp-failover"};
constexpr Names directory[] = {"ldap", "tls"};
constexpr Names dns[] = {"dns", "tls", "rndc", "http", "http2", "quic", "dhcp", "dhcpv6", "tftp"};
constexpr Names ftp[] = {"ftp", "tls"};
constexpr Names iscsi[] = {"iscsi"};
constexpr Names kerberos[] = {"kerberos", "kerberos4", "kpasswd",
                              "onc-rpc",  "kadmin4",   "krb-sendauth"};
constexpr Names mail[] = {"smtp", "tls", "qmqp", "postfix-policy"};
constexpr Names mailbox[] = {"imap", "pop3", "managesieve", "smtp", "tls", "http"};
constexpr Names memory_cache[] = {"memcached", "tls"};
constexpr Names mysql[] = {"mysql", "mysqlx", "tls"};
constexpr Names nfs[] = {"onc-rpc"};
constexpr Names ntp[] = {"ntp", "chrony", "tls"};
constexpr Names postgresql[] = {"postgresql", "tls"};
constexpr Names redis[] = {"redis", "tls"};
constexpr Names routing[] = {"ldp",    "bgp", "rip",   "ripng", "telnet",
                             "agentx", "bfd", "babel", "msdp",  "olsr"};
constexpr Names rsh[] = {"rsh"};
constexpr Names rsync[] = {"rsync"};
constexpr Names samba[] = {"smb",      "netbios-ns", "netbios-dgm", "dcerpc", "ldap",
                           "kerberos", "kpasswd",    "dns",         "tls"};
constexpr Names snmp[] = {"snmp", "agentx"};
constexpr Names ssh[] = {"ssh"};
constexpr Names syslog[] = {"syslog", "relp", "tls"};
constexpr Names telnet[] = {"telnet", "tls"};
constexpr Names tinc[] = {"tinc"};
constexpr Names web[] = {"http", "http2",   "websocket", "tls",   "quic",
                         "ipp",  "fastcgi", "uwsgi",     "ajp13", "proxy-protocol"};

// Names longer than 15 bytes as the kernel cuts them.
constexpr ProcessTongues tongues[] = {
    {"amandad", amanda},   {"apache2", web},
    {"bgpd", routing},     {"caddy", web},
    {"chronyd", ntp},      {"cups-browsed", cups},
    {"cupsd", cups},       {"dhcpd", dhcp},
    {"dnsmasq", dns},      {"dovecot", mailbox},
    {"exim4", mail},       {"httpd", web},
    {"in.rshd", rsh},      {"in.telnetd", telnet},
    {"kadmind", kerberos}, {"krb5kdc", kerberos},
    {"ldpd", routing},     {"lighttpd", web},
    {"mariadbd", mysql},   {"memcached", memory_cache},
    {"mysqld", mysql},     {"named", dns},
    {"nginx", web},        {"nmbd", samba},
    {"ntpd", ntp},         {"postgres", postgresql},
    {"proftpd", ftp},      {"redis-server", redis},
    {"ripd", routing},     {"rpc.mountd", nfs},
    {"rpc.statd", nfs},    {"rpcbind", nfs},
    {"rsync", rsync},      {"rsyslogd", syslog},
    {"slapd", directory},  {"smbd", samba},
    {"snmpd", snmp},       {"sshd", ssh},
    {"syslog-ng", syslog}, {"telnetd", telnet},
    {"tgtd", iscsi},       {"tincd", tinc},
    {"unbound", dns},      {"vsftpd", ftp},
};

}  // namespace

std::span<const ProcessTongues> process_tongues() { return tongues; }

bool speaks_foreign(std::string_view process, std::string_view protocol) {
  if (protocol.empty()) return false;
  const auto* known = std::ranges::find(tongues, process, &ProcessTongues::process);
  return known != std::end(tongues) &&
         std::ranges::find(known->protocols, protocol) == known->protocols.end();
}

}  // namespace oddport
