# shellcheck shell=bash disable=SC2034
ports="697/udp 801/udp"
packages="babeld"
filter='udp port PORT'
after=0.3
notes="IPv6, link-local, ff02::1:6"

babel() { # ROUTE
  ip -6 addr add "$1" dev lo
  babeld -p $PORT -S /run/babel-state -I /run/babeld.pid -H 2 -C "redistribute local if lo" -C 'redistribute local deny' lab0
}

start() { babel 2001:db8:1::1/128; }

client() {
  babel 2001:db8:2::1/128 &
  sleep 8
}
