# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="transmission-daemon aria2 opentracker mktorrent"
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
  mkdir config watch
  cp a.torrent watch
  exec transmission-daemon -f -g /lab/config -w /lab -c /lab/watch -P $PORT -i $SERVER -M -O -T -et
}

client() {
  sleep 3
  timeout 20 aria2c --listen-port=6881 --enable-dht=false --bt-require-crypto=false --bt-min-crypto-level=plain --seed-time=0 --dir=/tmp /lab/a.torrent
  true
}
