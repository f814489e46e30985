# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="vtun"
notes="a greeting and a challenge in text"

vtund_options() {
  printf 'options { port %s; ip /sbin/ip; }\nlab { passwd lab; type tun; proto tcp; keepalive no; up { }; down { }; }\n' $PORT >vtund.conf
}

start() {
  vtund_options
  exec vtund -n -s -f /lab/vtund.conf -P $PORT
}

client() {
  timeout 5 vtund -n -f /lab/vtund.conf -P $PORT lab $SERVER
  true
}
