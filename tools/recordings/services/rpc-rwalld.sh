# shellcheck shell=bash disable=SC2034
ports="911/udp"
packages="openbsd-inetd rpcbind rwalld rwall python3"
protocol="wall onc-rpc"
filter='udp port PORT'
notes="program 100008, on a reserved port as such daemons take them at random"

start() { rpc_inetd 100008 1 udp rpc.rwalld; }

client() { echo 'the lab closes' | rwall $SERVER; }
