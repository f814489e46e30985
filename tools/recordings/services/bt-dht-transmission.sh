# shellcheck shell=bash disable=SC2034
ports="801/udp"
packages="transmission-daemon aria2 mktorrent"
protocol="bt-dht"
software="transmission"
after=1
notes="two nodes of the distributed hash table"

start() {
  mkdir seed config watch
  echo data >seed/file
  mktorrent -a http://127.0.0.1:1/announce -o a.torrent seed
  cp a.torrent watch
  exec transmission-daemon -f -g /lab/config -w /lab -c /lab/watch -P $PORT -i $SERVER -M -o -T
}

client() {
  sleep 2
  timeout 12 aria2c --listen-port=6881 --enable-dht=true --dht-listen-port=6882 --dht-file-path=/run/dht.dat --dht-entry-point=$SERVER:$PORT --dir=/tmp /lab/a.torrent
  true
}
