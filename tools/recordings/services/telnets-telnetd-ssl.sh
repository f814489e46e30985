# shellcheck shell=bash disable=SC2034
ports="992/tcp"
packages="telnetd-ssl telnet-ssl openbsd-inetd openssl"
protocol="tls"

start() {
  certificate rsa:2048
  inetd_service "$SERVER:$PORT stream tcp nowait root /usr/sbin/in.telnetd in.telnetd -z ssl -z cert=/lab/cert.pem -z key=/lab/key.pem"
}

client() {
  (
    sleep 2
    echo lab
    sleep 1
    echo lab
    sleep 1
    echo 'id; exit'
    sleep 2
  ) | timeout 12 telnet-ssl -z ssl $SERVER $PORT
  true
}
