# shellcheck shell=bash disable=SC2034
ports="801/tcp"
packages="oidentd ncat"

start() { exec oidentd -i -a $SERVER -p $PORT -u nobody; }

client() {
  printf '%s, 40001\r\n' $PORT | ncat -p 40001 $SERVER $PORT
  printf '22, 6191\r\n' | ncat $SERVER $PORT
}
