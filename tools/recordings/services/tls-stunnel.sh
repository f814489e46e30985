# shellcheck shell=bash disable=SC2034
ports="914/tcp"
packages="stunnel4 ncat openssl"
notes="TLS around a protocol of one's own"

start() {
  certificate
  ncat -k -l 127.0.0.1 7777 --exec /bin/cat &
  cat >stunnel.conf <<EOF
foreground = yes
pid =
[lab]
accept = $SERVER:$PORT
connect = 127.0.0.1:7777
cert = /lab/both.pem
EOF
  exec stunnel4 /lab/stunnel.conf
}

client() {
  cat >client.conf <<EOF
foreground = yes
pid =
[lab]
client = yes
accept = 127.0.0.1:7778
connect = $SERVER:$PORT
EOF
  stunnel4 /lab/client.conf &
  sleep 1
  say 0.5 'hello\n' 'again\n' | ncat 127.0.0.1 7778
}
