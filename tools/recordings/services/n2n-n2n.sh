# shellcheck shell=bash disable=SC2034
ports="724/udp 801/udp"
packages="n2n"
after=1
notes="version 1"

start() { exec supernode -l $PORT; }

client() {
  timeout 6 edge -d edge0 -c lab -k labsecret -a 10.4.0.2 -l $SERVER:$PORT
  true
}
