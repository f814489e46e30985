# shellcheck shell=bash disable=SC2034
ports="942/tcp"
packages="shadowsocks-libev curl"
protocol="-"
notes="encrypted from the first byte and made to look like noise: unknown is the truth"

start() { exec ss-server -s $SERVER -p $PORT -k lab -m aes-256-gcm; }

client() {
  ss-local -s $SERVER -p $PORT -l 1080 -k lab -m aes-256-gcm &
  sleep 1
  curl -s -m 5 --socks5 127.0.0.1 http://$SERVER:1/
  true
}
