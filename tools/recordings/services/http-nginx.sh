# shellcheck shell=bash disable=SC2034
ports="513/tcp 586/tcp"
packages="nginx-light curl"
notes="513: a modern protocol on the port of an old one"

start() { nginx_site "$SERVER:$PORT"; }

client() {
  curl -s http://$SERVER:$PORT/
  curl -sI http://$SERVER:$PORT/none
}
