# shellcheck shell=bash disable=SC2034
ports="724/tcp 641/tcp"
packages="nghttp2-server nghttp2-client"
protocol="http2 http"
notes="in the clear; 724 with prior knowledge, 641 by upgrade from HTTP/1.1"

start() {
  mkdir html
  echo '<h1>lab</h1>' >html/index.html
  exec nghttpd --no-tls -d /lab/html -a $SERVER $PORT
}

client() {
  local upgrade=''
  [ $PORT = 724 ] || upgrade=--upgrade
  nghttp -v $upgrade http://$SERVER:$PORT/
  nghttp -v http://$SERVER:$PORT/none
}
