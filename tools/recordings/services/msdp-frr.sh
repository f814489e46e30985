# shellcheck shell=bash disable=SC2034
ports="639/tcp"
packages="frr"
after=1

msdp() { # OWN PEER
  mkdir -p /run/frr $1
  chmod 777 /run/frr $1
  : >$1/zebra.conf
  printf 'ip msdp timers 5 12 3\nip msdp peer %s source %s\ninterface lab0\n ip pim\n ip igmp\n' $2 $1 >$1/pim.conf
  chmod 644 $1/*.conf
  /usr/lib/frr/zebra -u frr -g frr -f /lab/$1/zebra.conf -i /run/frr/zebra.pid -z /run/frr/zebra.api --vty_socket /run/frr -A 127.0.0.1 &
  sleep 1
  /usr/lib/frr/pimd -u frr -g frr -f /lab/$1/pim.conf -i /run/frr/pim.pid -z /run/frr/zebra.api --vty_socket /run/frr -A 127.0.0.1 --log stdout --log-level debug
}

listens=no
start() { msdp $SERVER $CLIENT; }

client() {
  msdp $CLIENT $SERVER &
  sleep 22
}
