# shellcheck shell=bash disable=SC2034
ports="684/udp 801/udp"
packages="openssl"
notes="DTLS 1.2, with a cookie"

start() {
  certificate
  sleep 100000 | openssl s_server -dtls -listen -accept $SERVER:$PORT -cert cert.pem -key key.pem
}

client() {
  say 1 'hello\n' | timeout 5 openssl s_client -dtls -connect $SERVER:$PORT
  true
}
