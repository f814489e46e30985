# shellcheck shell=bash disable=SC2034
ports="724/udp"
packages="openbsd-inetd rpcbind rusersd rusers python3"
protocol="rusers onc-rpc"
filter='udp port PORT'
notes="program 100002, on a reserved port as such daemons take them at random"

start() { rpc_inetd 100002 2,3 udp rpc.rusersd; }

client() {
  rusers -l $SERVER
  rusers $SERVER
}
