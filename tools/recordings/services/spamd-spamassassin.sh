# shellcheck shell=bash disable=SC2034
ports="783/tcp"
packages="spamd spamc"
notes="783 is not assigned to it; PING SPAMC/1.2 is answered SPAMD/1.5 0 PONG"

start() {
  mkdir -p h
  exec spamd -L -i $SERVER:$PORT -A 198.18.10.0/24 -m 1 --min-children=1 --max-spare=1 -x -u nobody -H /lab/h -s stderr --pidfile=/lab/p
}

client() {
  spamc -d $SERVER -p $PORT -K
  printf 'Subject: hello\nFrom: a@b\n\nbuy now\n' | spamc -d $SERVER -p $PORT -R | head -3
}
