# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="gpsd gpsd-clients"

start() { exec gpsd -N -G -n -S $PORT -F /run/gpsd.sock; }

client() {
  timeout 5 gpspipe -w -n 3 $SERVER:$PORT
  true
}
