# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="iperf3"
most=60

start() { exec iperf3 -s -B $SERVER -p $PORT -1; }

client() {
  iperf3 -c $SERVER -p $PORT -n 4K -l 1K
  true
}
