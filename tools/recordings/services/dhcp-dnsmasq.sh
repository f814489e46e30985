# shellcheck shell=bash disable=SC2034
ports="801/udp"
packages="dnsmasq isc-dhcp-client"
filter='udp port PORT or udp port 802'
notes="DHCP for IPv4 between ports 801 and 802"

start() { exec dnsmasq -k -C /dev/null -p 0 -i lab0 -I lo --dhcp-alternate-port=801,802 --dhcp-range=198.18.10.100,198.18.10.110,1h --dhcp-leasefile=/lab/leases -u root; }

client() {
  timeout 15 dhclient -4 -1 -d -v -p 802 -sf /bin/true -lf /run/leases -pf /run/dhclient.pid lab0 &
  sleep 6
  timeout 5 dhclient -4 -r -v -p 802 -sf /bin/true -lf /run/leases -pf /run/dhclient.pid lab0
  true
}
