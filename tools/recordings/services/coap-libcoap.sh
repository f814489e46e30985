# shellcheck shell=bash disable=SC2034
ports="755/udp"
packages="libcoap3-bin"

start() { exec $(ls /usr/bin/coap-server* | head -1) -A $SERVER -p $PORT; }
client() {
  C=$(ls /usr/bin/coap-client* | head -1)
  $C -m get coap://$SERVER:$PORT/.well-known/core
  $C -m get coap://$SERVER:$PORT/time
}
