# shellcheck shell=bash disable=SC2034
ports="647/tcp 801/tcp"
packages="isc-dhcp-server"
protocol="dhcp-failover"
software="isc"

failover() { # ROLE OWN PEER EXTRA
  cat >$1.conf <<E
failover peer "lab" {
  $1;
  address $2; port $PORT;
  peer address $3; peer port $PORT;
  max-response-delay 30; max-unacked-updates 10; load balance max seconds 3;
  $4
}
subnet 198.18.10.0 netmask 255.255.255.0 {
  pool { failover peer "lab"; range 198.18.10.100 198.18.10.110; }
}
E
  cp $1.conf /etc/dhcp/
  : >/var/lib/dhcp/$1.leases
  exec dhcpd -4 -f -d -cf /etc/dhcp/$1.conf -lf /var/lib/dhcp/$1.leases -pf /run/$1.pid lab0
}

start() { failover secondary $SERVER $CLIENT ''; }

client() {
  (failover primary $CLIENT $SERVER 'mclt 600; split 128;') &
  sleep 12
}
