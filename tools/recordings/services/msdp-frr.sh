# shellcheck shell=bash disable=SC2034
ports="639/tcp"
packages="frr"
after=1

msdp() { # OWN PEER
  mkdir -p /run/frr $1
  chmod 777 /run/frr $1
  : >$1/zebra.conf
  cat >$1/pim.conf <<EOF
ip msdp timers 5 12 3
ip msdp peer $2 source $1
interface lab0
 ip pim
 ip igmp
EOF
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
