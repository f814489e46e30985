# shellcheck shell=bash disable=SC2034
ports="564/tcp 801/tcp"
packages="diod"
notes="9P2000.L"

start() {
  mkdir export
  echo hello >export/file
  exec diod -f -n -e /lab/export -l $SERVER:$PORT
}

client() {
  diodls -s $SERVER:$PORT -a /lab/export -l .
  diodcat -s $SERVER:$PORT -a /lab/export file
}
