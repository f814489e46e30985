# shellcheck shell=bash disable=SC2034
ports="646/tcp"
packages="frr"
filter='port PORT'
notes="TCP 646 and hello on UDP 646 (224.0.0.2); a TCP peer without hellos is closed"

start() {
  mkdir -p /run/frr
  chmod 777 /run/frr .
  : >z.conf
  cat >l.conf <<EOF
mpls ldp
 router-id $SERVER
 address-family ipv4
  discovery transport-address $SERVER
  interface lab0
EOF
  mkdir vty
  chmod 777 vty
  /usr/lib/frr/zebra -u frr -g frr -f /lab/z.conf -i /lab/z.pid -z /lab/z.api --vty_socket /lab/vty -A 127.0.0.1 &
  sleep 1
  exec /usr/lib/frr/ldpd -u frr -g frr -f /lab/l.conf -i /lab/l.pid -z /lab/z.api --vty_socket /lab/vty -A 127.0.0.1
}

client() {
  mkdir -p /run/frr
  chmod 777 /run/frr .
  : >cz.conf
  cat >cl.conf <<EOF
mpls ldp
 router-id $CLIENT
 address-family ipv4
  discovery transport-address $CLIENT
  interface lab0
EOF
  mkdir -p cvty
  chmod 777 cvty
  /usr/lib/frr/zebra -u frr -g frr -f /lab/cz.conf -i /lab/cz.pid -z /lab/cz.api --vty_socket /lab/cvty -A 127.0.0.1 &
  a=$!
  sleep 1
  timeout 30 /usr/lib/frr/ldpd -u frr -g frr -f /lab/cl.conf -i /lab/cl.pid -z /lab/cz.api --vty_socket /lab/cvty -A 127.0.0.1 &
  b=$!
  sleep 22
  kill $a $b
}
