# shellcheck shell=bash disable=SC2034
ports="724/udp 853/udp"
packages="ngtcp2-server ngtcp2-client"
most=40

start() {
  certificate
  mkdir html
  echo '<h1>lab</h1>' >html/index.html
  exec gtlsserver -d /lab/html $SERVER $PORT /lab/key.pem /lab/cert.pem
}

client() {
  timeout 8 gtlsclient --exit-on-all-streams-close $SERVER $PORT https://lab.test/
  true
}
