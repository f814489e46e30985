# shellcheck shell=bash disable=SC2034
ports="720/tcp"
packages="opentracker mktorrent transmission-cli curl"
protocol="http"
notes="a BitTorrent tracker over HTTP"

start() {
  echo 123456789abcdef123456789abcdef123456789a >list
  chmod 644 list
  exec opentracker -w /list -i $SERVER -p $PORT -P $PORT -d /lab
}

client() {
  local info='info_hash=%124Vx%9A%BC%DE%F1%23Eg%89%AB%CD%EF%124Vx%9A'
  curl -s "http://$SERVER:$PORT/announce?$info&peer_id=-LB0001-123456789012&port=6881&uploaded=0&downloaded=0&left=100&compact=1"
  curl -s "http://$SERVER:$PORT/scrape?$info"
}
