# shellcheck shell=bash disable=SC2034
ports="740/tcp"
packages="tor openssl"
protocol="tls"
notes="OR port: TLS only"

start() {
  mkdir d
  chmod 700 d
  cat >t.rc <<EOF
DataDirectory /lab/d
ORPort $SERVER:$PORT IPv4Only
SocksPort 0
ExitRelay 0
Address $SERVER
AssumeReachable 1
PublishServerDescriptor 0
Nickname lab
RunAsDaemon 0
BridgeRelay 1
EOF
  exec tor -f t.rc --defaults-torrc /dev/null
}

client() {
  echo | timeout 5 openssl s_client -connect $SERVER:$PORT 2>&1 | head -5
  mkdir -p c
  cat >c.rc <<EOF
DataDirectory /lab/c
SocksPort 127.0.0.1:19050
UseBridges 1
Bridge $SERVER:$PORT
EOF
  timeout 8 tor -f c.rc --defaults-torrc /dev/null | tail -2
  true
}
