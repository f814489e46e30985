# shellcheck shell=bash disable=SC2034
ports="724/tcp 911/tcp"
packages="clamav-daemon clamdscan ncat"

start() {
  mkdir db
  printf '44d88612fea8a8f36de82e1278abb02f:68:Lab.Test\n' >db/lab.hdb
  cat >clamd.conf <<EOF
DatabaseDirectory /lab/db
TCPSocket $PORT
TCPAddr $SERVER
Foreground yes
User root
EOF
  exec clamd -c /lab/clamd.conf
}

client() {
  echo 'something harmless' >/tmp/file
  clamdscan -c /lab/clamd.conf --stream /tmp/file
  printf 'zPING\0' | ncat $SERVER $PORT
  printf 'nVERSION\n' | ncat $SERVER $PORT
}
