# shellcheck shell=bash disable=SC2034
ports="641/udp"
packages="openbsd-inetd rpcbind rstatd rstat-client python3"
protocol="rstat onc-rpc"
filter='udp port PORT'
notes="program 100001, on a reserved port as such daemons take them at random"

start() { rpc_inetd 100001 1,2,3,4,5 udp rpc.rstatd; }

client() { rsysinfo $SERVER; }
