# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="fcgiwrap libfcgi-bin"

start() {
  printf '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\nhello\\n"\n' >hello
  chmod 755 hello
  exec fcgiwrap -s tcp:$SERVER:$PORT
}

client() {
  cd /tmp || return
  REQUEST_METHOD=GET SCRIPT_FILENAME=/lab/hello SCRIPT_NAME=/hello QUERY_STRING=a=1 SERVER_PROTOCOL=HTTP/1.1 cgi-fcgi -bind -connect $SERVER:$PORT
}
