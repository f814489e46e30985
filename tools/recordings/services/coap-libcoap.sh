# shellcheck shell=bash disable=SC2034
ports="755/udp 755/tcp"
packages="libcoap3-bin"

start() { exec $(ls /usr/bin/coap-server* | head -1) -A $SERVER -p $PORT; }

client() {
  local scheme=coap
  [ "$TRANSPORT" = udp ] || scheme=coap+tcp
  C=$(ls /usr/bin/coap-client* | head -1)
  $C -m get $scheme://$SERVER:$PORT/.well-known/core
  $C -m get $scheme://$SERVER:$PORT/time
}
