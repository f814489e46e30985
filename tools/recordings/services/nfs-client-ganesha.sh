# shellcheck shell=bash disable=SC2034
ports="2049/tcp"
packages="nfs-ganesha nfs-ganesha-mem rpcbind libnfs-utils"
protocol="nfs onc-rpc"
software="ganesha"
patience=40
most=120
notes="the client's port is the one of 512-1023"

start() { ganesha $PORT 20048; }

client() {
  nfs-ls "nfs://$SERVER/mem?version=3&mountport=20048"
  nfs-ls "nfs://$SERVER/mem?version=4"
  true
}
