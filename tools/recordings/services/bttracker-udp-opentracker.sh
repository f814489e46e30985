# shellcheck shell=bash disable=SC2034
ports="720/udp"
packages="opentracker mktorrent transmission-cli aria2"
protocol="bt-tracker"
software=opentracker
after=1

start() {
  mkdir t
  echo data >t/f
  mktorrent -a udp://$SERVER:$PORT/announce -o a.torrent t
  transmission-show a.torrent | awk '/Hash/ { print $2; exit }' >list
  chmod 644 list
  exec opentracker -w /list -i $SERVER -P $PORT -d /lab
}

client() {
  timeout 9 aria2c -q --enable-dht=true --dht-file-path=/lab/dht.dat --bt-tracker-connect-timeout=3 --bt-stop-timeout=5 --dir=/lab/dl /lab/a.torrent
  true
}
