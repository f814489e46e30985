# shellcheck shell=bash disable=SC2034
ports="540/tcp 767/tcp"
packages="microsocks curl"

start() { exec microsocks -i $SERVER -p $PORT; }

client() {
  curl -s -m 5 --socks5 $SERVER:$PORT http://$SERVER:586/ | head -2
  curl -s -m 5 --socks5-hostname $SERVER:$PORT http://$SERVER:1/
  true
}
