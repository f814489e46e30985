# shellcheck shell=bash disable=SC2034
ports="596/udp"
packages="knot knot-dnsutils"

start() {
  cat >knot.conf <<E
server:
  rundir: /lab
  listen: $SERVER@$PORT
database:
  storage: /lab
zone:
  - domain: lab.test
    file: /lab/zone
E
  cat >zone <<EOF
@ 300 SOA ns.lab.test. hostmaster.lab.test. 1 3600 600 86400 300
@ NS ns.lab.test.
ns A $SERVER
EOF
  exec knotd -c /lab/knot.conf
}

client() {
  kdig @$SERVER -p $PORT lab.test SOA
  kdig @$SERVER -p $PORT +dnssec +cookie ns.lab.test A
  kdig @$SERVER -p $PORT id.server CH TXT
}
