# shellcheck shell=bash disable=SC2034
ports="1010/tcp"
packages="dante-server curl"
protocol="socks4"

start() {
  printf 'logoutput: stderr\ninternal: %s port = %s\nexternal: lab0\nsocksmethod: none\nclientmethod: none\nuser.privileged: root\nuser.unprivileged: nobody\nclient pass { from: 0/0 to: 0/0 }\nsocks pass { from: 0/0 to: 0/0 protocol: tcp }\n' $SERVER $PORT >danted.conf
  exec danted -f /lab/danted.conf
}

client() {
  curl -s -m 5 --socks4 $SERVER:$PORT http://$SERVER:1/
  curl -s -m 5 --socks4a $SERVER:$PORT http://lab.test:1/
  true
}
