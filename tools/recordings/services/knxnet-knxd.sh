# shellcheck shell=bash disable=SC2034
protocol="knxnet-ip"
[ "${transport:-}" != tcp ] || protocol="eibd"
ports="724/udp 801/tcp"
packages="knxd knxd-tools"
notes="724: KNXnet/IP tunnelling; 801: the protocol of EIBD"

start() {
  if [ "$TRANSPORT" = udp ]; then
    exec knxd -e 0.0.1 -E 0.0.2:8 -D -T -R -S224.0.23.12:$PORT -b dummy:
  fi
  exec knxd -e 0.0.1 -E 0.0.2:8 -i$PORT -b dummy:
}

client() {
  if [ "$TRANSPORT" = udp ]; then
    timeout 6 knxd -e 0.0.3 -E 0.0.4:8 -b ipt:$SERVER:$PORT -b dummy:
  else
    knxtool groupswrite ip:$SERVER:$PORT 1/2/3 1
  fi
  true
}
