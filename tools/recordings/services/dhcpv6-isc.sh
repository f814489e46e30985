# shellcheck shell=bash disable=SC2034
ports="547/udp"
packages="isc-dhcp-server isc-dhcp-client"
filter='udp port 546 or udp port PORT'
notes="IPv6 only; the server must have an address of the subnet; clients send to ff02::1:2 from port 546"

start() {
  ip -6 addr add 2001:db8:a::1/64 dev lab0 nodad
  cat >d.conf <<EOF
default-lease-time 600;
authoritative;
subnet6 2001:db8:a::/64 { range6 2001:db8:a::100 2001:db8:a::1ff; option dhcp6.name-servers 2001:db8:a::1; }
EOF
  : >leases
  chmod 777 .
  chmod 666 leases
  chmod 777 /var/lib/dhcp
  : >/var/lib/dhcp/l6
  chmod 666 /var/lib/dhcp/l6
  mkdir -p /etc/dhcp
  cp d.conf /var/lib/dhcp/d.conf
  exec dhcpd -6 -f -d -cf /var/lib/dhcp/d.conf -lf /var/lib/dhcp/l6 -pf /var/lib/dhcp/p lab0
}

client() {
  timeout 12 dhclient -6 -1 -d -v -sf /bin/true -lf /var/lib/dhcp/c6 -pf /var/lib/dhcp/cp lab0 &
  p=$!
  sleep 6
  timeout 3 dhclient -6 -S -1 -d -v -sf /bin/true -lf /var/lib/dhcp/c7 -pf /var/lib/dhcp/cp2 lab0
  kill $p
}
