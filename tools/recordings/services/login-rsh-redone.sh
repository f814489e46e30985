# shellcheck shell=bash disable=SC2034
ports="513/tcp 641/tcp"
packages="openbsd-inetd rsh-redone-server rsh-redone-client"
protocol="rlogin"
notes="a connection from an unreserved source port is closed"

start() { inetd_service "$SERVER:$PORT stream tcp nowait root /usr/sbin/in.rlogind in.rlogind"; }

client() { say 2 'id; exit\n' | in_terminal "rsh-redone-rlogin -4 -p $PORT -l lab $SERVER"; }
