# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="sane-utils openbsd-inetd"

start() {
  echo "$CLIENT" >/etc/sane.d/saned.conf
  echo test >/etc/sane.d/dll.conf
  rm -f /etc/sane.d/dll.d/*
  inetd_service "$SERVER:$PORT stream tcp nowait root /usr/sbin/saned saned"
}

client() {
  echo net >/etc/sane.d/dll.conf
  rm -f /etc/sane.d/dll.d/*
  printf 'connect_timeout = 5\n%s\n' $SERVER >/etc/sane.d/net.conf
  sed -i "s/^sane-port.*/sane-port $PORT\/tcp/" /etc/services
  timeout 20 scanimage -L
}
