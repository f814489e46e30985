# shellcheck shell=bash disable=SC2034
ports="801/udp"
packages="snmptrapd snmp"
protocol="snmp"

start() {
  printf 'disableAuthorization yes\n' >trapd.conf
  exec snmptrapd -f -Lo -C -c /lab/trapd.conf udp:$SERVER:$PORT
}

client() {
  snmptrap -v 1 -c public $SERVER:$PORT 1.3.6.1.4.1.8072 198.18.10.1 6 17 42
  snmptrap -v 2c -c public $SERVER:$PORT 42 1.3.6.1.6.3.1.1.5.3 1.3.6.1.2.1.2.2.1.1.1 i 1
  snmpinform -v 2c -c public $SERVER:$PORT 42 1.3.6.1.6.3.1.1.5.4
}
