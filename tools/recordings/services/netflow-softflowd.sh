# shellcheck shell=bash disable=SC2034
protocol="netflow ipfix"
ports="724/udp 725/udp 726/udp"
packages="softflowd nfdump tcpdump"
notes="724: version 5, 725: version 9, 726: IPFIX; one way"

start() { exec nfcapd -b $SERVER -p $PORT -l /tmp; }

client() {
  local version=5
  [ $PORT = 725 ] && version=9
  [ $PORT = 726 ] && version=10
  tcpdump -i lo -U -w /tmp/some.pcap &
  sleep 1
  ping -c 4 -i 0.2 127.0.0.1
  ncat -z 127.0.0.1 7
  ncat -z 127.0.0.1 9
  sleep 0.5
  kill $!
  wait $!
  softflowd -v $version -r /tmp/some.pcap -n $SERVER:$PORT -d
}
