# shellcheck shell=bash disable=SC2034
ports="518/udp"
packages="openbsd-inetd talkd talk"
filter='host SERVER and udp'
after=1
notes="84-byte request, 24-byte answer; the daemon looks the caller up, names must resolve; answers the sender"

start() { inetd_service "$SERVER:$PORT dgram udp wait root /usr/sbin/in.ntalkd in.ntalkd"; }

client() {
  (sleep 4) | timeout 5 script -qc "TERM=xterm timeout 4 talk lab@labserver" /dev/null
  true
}
