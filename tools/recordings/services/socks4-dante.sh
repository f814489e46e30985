# shellcheck shell=bash disable=SC2034
ports="1010/tcp"
packages="dante-server curl"
protocol="socks4"

start() {
  cat >danted.conf <<EOF
logoutput: stderr
internal: $SERVER port = $PORT
external: lab0
socksmethod: none
clientmethod: none
user.privileged: root
user.unprivileged: nobody
client pass { from: 0/0 to: 0/0 }
socks pass { from: 0/0 to: 0/0 protocol: tcp }
EOF
  exec danted -f /lab/danted.conf
}

client() {
  curl -s -m 5 --socks4 $SERVER:$PORT http://$SERVER:1/
  curl -s -m 5 --socks4a $SERVER:$PORT http://lab.test:1/
  true
}
