# shellcheck shell=bash disable=SC2034
ports="801/udp 580/udp"
packages="chrony"
notes="neither side may touch the clock of the machine (-x)"

start() {
  printf 'port %s\nbindaddress %s\nlocal stratum 8\nallow\ncmdport 0\npidfile /run/chronyd.pid\n' $PORT $SERVER >chrony.conf
  exec chronyd -x -d -u root -f /lab/chrony.conf
}

client() {
  chronyd -x -Q -d -u root -t 8 "server $SERVER port $PORT iburst" 'cmdport 0' 'pidfile /run/chronyd.pid'
  true
}
