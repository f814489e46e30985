# shellcheck shell=bash disable=SC2034
ports="801/tcp"
packages="nfs-ganesha nfs-ganesha-mem rpcbind libnfs-utils"
protocol="nfs mount onc-rpc"
filter='host SERVER and (port PORT or port 802)'
patience=40
most=120
notes="NFSv3 with its mount protocol beside it (802), and NFSv4; the client's own ports are reserved ones too"

start() { ganesha $PORT 802; }

client() {
  nfs-ls "nfs://$SERVER/mem?version=3&nfsport=$PORT&mountport=802"
  nfs-ls "nfs://$SERVER/mem?version=4&nfsport=$PORT"
  true
}
