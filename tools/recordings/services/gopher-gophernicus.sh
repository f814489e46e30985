# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="openbsd-inetd gophernicus curl"

start() {
  mkdir hole
  echo 'hello' >hole/file.txt
  chmod -R a+rX .
  inetd_service "$SERVER:$PORT stream tcp nowait nobody /usr/sbin/gophernicus gophernicus -h lab.test -p $PORT -r /lab/hole -nf"
}

client() {
  curl -s gopher://$SERVER:$PORT/1/
  curl -s gopher://$SERVER:$PORT/0/file.txt
}
