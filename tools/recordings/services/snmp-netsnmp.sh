# shellcheck shell=bash disable=SC2034
ports="766/udp"
packages="snmpd snmp"

start() {
  cat >s.conf <<EOF
agentaddress udp:$SERVER:$PORT
rocommunity public
sysDescr lab
EOF
  exec snmpd -f -Lo -C -c /lab/s.conf -p /lab/p -I -smux
}

client() {
  snmpget -v2c -c public $SERVER:$PORT 1.3.6.1.2.1.1.1.0
  snmpwalk -v1 -c public $SERVER:$PORT 1.3.6.1.2.1.1 | head -3
  snmpget -v3 -u none $SERVER:$PORT 1.3.6.1.2.1.1.1.0 2>&1 | head -2
}
