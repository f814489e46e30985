# shellcheck shell=bash disable=SC2034
ports="914/tcp"
packages="stunnel4 ncat openssl"
notes="TLS around a protocol of one's own"

start() {
  certificate
  ncat -k -l 127.0.0.1 7777 --exec /bin/cat &
  printf 'foreground = yes\npid =\n[lab]\naccept = %s:%s\nconnect = 127.0.0.1:7777\ncert = /lab/both.pem\n' $SERVER $PORT >stunnel.conf
  exec stunnel4 /lab/stunnel.conf
}

client() {
  printf 'foreground = yes\npid =\n[lab]\nclient = yes\naccept = 127.0.0.1:7778\nconnect = %s:%s\n' $SERVER $PORT >client.conf
  stunnel4 /lab/client.conf &
  sleep 1
  say 0.5 'hello\n' 'again\n' | ncat 127.0.0.1 7778
}
