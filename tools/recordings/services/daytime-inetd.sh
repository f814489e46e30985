# shellcheck shell=bash disable=SC2034
ports="641/tcp"
packages="openbsd-inetd ncat"
software="openbsd-inetd"

start() {
  sed -i '/^daytime[[:space:]]/d' /etc/services
  printf 'daytime %s/tcp\n' $PORT >>/etc/services
  inetd_service "$SERVER:daytime stream tcp nowait root internal"
}

client() { ncat $SERVER $PORT </dev/null; }
