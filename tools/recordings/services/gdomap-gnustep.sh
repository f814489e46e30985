# shellcheck shell=bash disable=SC2034
ports="538/udp 538/tcp"
packages="gnustep-base-runtime"
protocol="gdomap"
filter='port PORT'
notes="the lookup goes over TCP, between the daemons over UDP"

start() { exec gdomap -f; }

client() {
  gdomap -f &
  sleep 1
  gdomap -R lab -T tcp_gdo -P 4242
  gdomap -L lab -T tcp_gdo -M $SERVER
  gdomap -N -M $SERVER
}
