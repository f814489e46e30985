# shellcheck shell=bash disable=SC2034
ports="801/udp 580/udp"
packages="chrony"
notes="neither side may touch the clock of the machine (-x)"

start() {
  cat >chrony.conf <<EOF
port $PORT
bindaddress $SERVER
local stratum 8
allow
cmdport 0
pidfile /run/chronyd.pid
EOF
  exec chronyd -x -d -u root -f /lab/chrony.conf
}

client() {
  chronyd -x -Q -d -u root -t 8 "server $SERVER port $PORT iburst" 'cmdport 0' 'pidfile /run/chronyd.pid'
  true
}
