# shellcheck shell=bash disable=SC2034
ports="544/tcp 724/tcp"
packages="redis-server redis-tools"

start() { exec redis-server --bind $SERVER --port $PORT --save '' --protected-mode no --dir /lab; }

client() {
  redis-cli -h $SERVER -p $PORT ping
  redis-cli -h $SERVER -p $PORT set a 1
  redis-cli -h $SERVER -p $PORT info server | head -3
}
