# shellcheck shell=bash disable=SC2034
ports="733/udp"
packages="wireguard-go wireguard-tools iproute2"
after=1
notes="silent to anyone without the keys; handshake initiation is 148 bytes, first byte 01, answer 92 bytes, first byte 02"

wgk() { wg genkey | tee $1.k | wg pubkey >$1.p; }

start() {
  wgk s
  wgk c
  chmod 755 .
  WG_PROCESS_FOREGROUND=1 wireguard-go -f wgs &
  sleep 1
  wg set wgs listen-port $PORT private-key s.k peer $(cat c.p) allowed-ips 10.9.0.2/32
  ip addr add 10.9.0.1/24 dev wgs
  ip link set wgs up
  wait
}

client() {
  wireguard-go -f wgc &
  p=$!
  sleep 1
  wg set wgc private-key c.k peer $(cat s.p) allowed-ips 10.9.0.1/32 endpoint $SERVER:$PORT
  ip addr add 10.9.0.2/24 dev wgc
  ip link set wgc up
  ping -c 3 -i .5 10.9.0.1
  kill $p
}
