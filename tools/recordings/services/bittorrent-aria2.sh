# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="aria2 opentracker mktorrent"
after=1
most=60
notes="two peers that a tracker brought together; the seeder listens on the port"

start() {
  mkdir seed
  head -c 20000 /usr/bin/env >seed/file
  mktorrent -a http://$SERVER:6969/announce -o a.torrent seed
  chmod 644 a.torrent
  aria2c --show-files a.torrent | awk '/Info Hash/ { print $3 }' >list
  chmod 644 list
  opentracker -w /list -i $SERVER -p 6969 -P 6969 -d /lab &
  sleep 1
  exec aria2c --listen-port=$PORT --enable-dht=false --enable-peer-exchange=false --bt-seed-unverified=true --seed-ratio=0 --allow-overwrite=true --dir=/lab a.torrent
}

client() {
  sleep 2
  timeout 20 aria2c --listen-port=6881 --enable-dht=false --bt-require-crypto=false --bt-min-crypto-level=plain --seed-time=0 --dir=/tmp /lab/a.torrent
  true
}
