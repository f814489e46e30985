# shellcheck shell=bash disable=SC2034
ports="514/tcp 596/tcp"
packages="openbsd-inetd rsh-redone-server rsh-redone-client"
protocol="rsh"
filter='host SERVER and tcp'
notes="the server connects back to the reserved port that the client names, for stderr"

start() { inetd_service "$SERVER:$PORT stream tcp nowait root /usr/sbin/in.rshd in.rshd"; }

client() { rsh-redone-rsh -4 -p $PORT -l lab $SERVER 'id; ls /; echo err >&2'; }
