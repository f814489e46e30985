# shellcheck shell=bash disable=SC2034
ports="860/tcp 724/tcp"
packages="tgt libiscsi-bin"
settle=3

start() {
  mkdir -p /run/tgtd
  truncate -s 1M disk
  tgtd -f --iscsi portal=$SERVER:$PORT &
  sleep 1.5
  tgtadm --lld iscsi --op new --mode target --tid 1 -T iqn.2026-11.test.lab:disk
  tgtadm --lld iscsi --op new --mode logicalunit --tid 1 --lun 1 -b /lab/disk
  tgtadm --lld iscsi --op bind --mode target --tid 1 -I ALL
  wait
}

client() {
  iscsi-ls iscsi://$SERVER:$PORT
  iscsi-inq iscsi://$SERVER:$PORT/iqn.2026-11.test.lab:disk/1
}
