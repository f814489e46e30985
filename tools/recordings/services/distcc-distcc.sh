# shellcheck shell=bash disable=SC2034
ports="734/tcp"
packages="distcc gcc"

start() { exec distccd --no-detach --daemon --allow 198.18.10.0/24 --listen $SERVER -p $PORT --user nobody --log-stderr --enable-tcp-insecure; }

client() {
  mkdir -p dd
  echo 'int main(){return 0;}' >a.c
  DISTCC_HOSTS=$SERVER:$PORT DISTCC_FALLBACK=0 DISTCC_DIR=/lab/dd distcc gcc -c a.c -o a.o
  ls -l a.o
}
