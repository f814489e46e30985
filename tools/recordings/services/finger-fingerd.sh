# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="openbsd-inetd fingerd finger ncat"
notes="the question is one line; a client that can be told a port is not packaged"

start() { inetd_service "$SERVER:$PORT stream tcp nowait nobody /usr/sbin/in.fingerd in.fingerd -w"; }

client() {
  printf 'lab\r\n' | ncat $SERVER $PORT
  printf '/W lab\r\n' | ncat $SERVER $PORT
  printf '\r\n' | ncat $SERVER $PORT
}
