# shellcheck shell=bash disable=SC2034
ports="736/tcp"
packages="nats-server ncat"

start() { exec nats-server -a $SERVER -p $PORT; }

client() {
  printf 'CONNECT {"verbose":false}\r\nSUB lab 1\r\nPUB lab 5\r\nhello\r\nPING\r\n' | ncat -i 1 $SERVER $PORT
  true
}
