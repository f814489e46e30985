# shellcheck shell=bash disable=SC2034
ports="724/tcp 596/tcp"
packages="nbd-server libnbd-bin"

start() {
  truncate -s 1M disk
  cat >nbd.conf <<EOF
[generic]
listenaddr = $SERVER
port = $PORT
allowlist = true
[disk]
exportname = /lab/disk
EOF
  exec nbd-server -d -C /lab/nbd.conf
}

client() {
  nbdinfo --list nbd://$SERVER:$PORT
  nbdinfo nbd://$SERVER:$PORT/disk
  timeout 5 nbdcopy --request-size=4096 --requests=1 --connections=1 nbd://$SERVER:$PORT/disk - | head -c 8192 | wc -c
}
most=60
