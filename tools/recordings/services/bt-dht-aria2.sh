# shellcheck shell=bash disable=SC2034
ports="801/udp"
packages="aria2 mktorrent"
protocol="bittorrent-dht"
software="aria2"
after=1
notes="two nodes of the distributed hash table; one way from a strange port, then both"

start() {
  mkdir seed
  echo data >seed/file
  mktorrent -a http://127.0.0.1:1/announce -o a.torrent seed
  exec aria2c --listen-port=6881 --enable-dht=true --dht-listen-port=$PORT --dht-file-path=/run/dht.dat --bt-seed-unverified=true --seed-ratio=0 --dir=/lab a.torrent
}

client() {
  timeout 12 aria2c --listen-port=6881 --enable-dht=true --dht-listen-port=6882 --dht-file-path=/run/dht.dat --dht-entry-point=$SERVER:$PORT --dir=/tmp /lab/a.torrent
  true
}
