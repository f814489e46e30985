# shellcheck shell=bash disable=SC2034
ports="765/tcp 628/tcp"
packages="dictd dict dictfmt"
notes="765 was webster"

start() {
  printf ':port:a place where ships and packets come in\n:odd:not expected\n' >words
  dictfmt -j --utf8 -s "lab words" lab <words
  printf 'database lab { data "/lab/lab.dict" index "/lab/lab.index" }\n' >dictd.conf
  exec dictd -d nodetach -c /lab/dictd.conf --listen-to $SERVER -p $PORT --locale C.UTF-8
}

client() {
  dict -h $SERVER -p $PORT -D
  dict -h $SERVER -p $PORT port
  dict -h $SERVER -p $PORT prt
  true
}
