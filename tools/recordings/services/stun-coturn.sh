# shellcheck shell=bash disable=SC2034
protocol="stun turn"
ports="724/udp 801/tcp"
packages="coturn"
notes="a binding, then TURN: allocation, permission, channel data"
most=60

start() { exec turnserver -n -L $SERVER -E $SERVER -p $PORT -a -u lab:lab -r lab.test --no-tls --no-dtls --no-cli --log-file stdout --allow-loopback-peers; }

client() {
  [ "$TRANSPORT" = tcp ] || turnutils_stunclient -p $PORT $SERVER
  local flags=''
  [ "$TRANSPORT" = udp ] || flags=-t
  timeout 15 turnutils_uclient $flags -y -c -n 2 -m 1 -l 100 -u lab -w lab -p $PORT $SERVER
  true
}
