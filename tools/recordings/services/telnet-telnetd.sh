# shellcheck shell=bash disable=SC2034
ports="787/tcp"
packages="openbsd-inetd telnet-ssl"
unpacked="inetutils-telnetd"

start() { inetd_service "$SERVER:$PORT stream tcp nowait root /usr/sbin/telnetd telnetd"; }

client() {
  say 1 'lab\n' 'lab\n' 'id; exit\n' | timeout 12 telnet-ssl -z nossl $SERVER $PORT
  true
}
