# shellcheck shell=bash disable=SC2034
ports="743/udp"
packages="iodine"
protocol="dns"
notes="looks like DNS"

start() { exec iodined -f -c -P lab -l $SERVER -p $PORT 10.8.0.1 t.lab; }

client() {
  timeout 9 iodine -f -P lab -r $SERVER t.lab -d dns9 2>&1 | tail -3
  kdig @$SERVER -p $PORT +tries=1 TXT ya.t.lab | head -5
  kdig @$SERVER -p $PORT NULL z456.t.lab | tail -5
  true
}
