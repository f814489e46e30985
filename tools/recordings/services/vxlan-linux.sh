# shellcheck shell=bash disable=SC2034
ports="724/udp"
packages="iproute2"
filter='udp port PORT'
listens=no
notes="the kernel's own, on a port that is not VXLAN's"

tunnel() { # OWN PEER INNER
  ip link add vx0 type vxlan id 42 local $1 remote $2 dstport $PORT dev lab0
  ip addr add $3/24 dev vx0
  ip link set vx0 up
}

start() { tunnel $SERVER $CLIENT 10.5.0.1; }

client() {
  tunnel $CLIENT $SERVER 10.5.0.2
  sleep 1
  ping -c 3 -i 0.3 10.5.0.1
}
