# shellcheck shell=bash disable=SC2034
ports="801/udp"
packages="wakeonlan"
protocol="wol"
filter='udp port PORT'
listens=no
notes="one way; nobody listens"

start() { sleep 1; }

client() {
  wakeonlan -i $SERVER -p $PORT 02:00:00:00:0b:01
  wakeonlan -i 198.18.10.255 -p $PORT 02:00:00:00:0b:01
}
