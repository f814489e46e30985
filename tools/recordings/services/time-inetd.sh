# shellcheck shell=bash disable=SC2034
ports="580/tcp 724/udp"
packages="openbsd-inetd rdate"
protocol="time"
software="openbsd-inetd"
notes="seconds since 1900, in four bytes"

start() {
  sed -i '/^time[[:space:]]/d' /etc/services
  printf 'time %s/%s\n' $PORT $TRANSPORT >>/etc/services
  case $TRANSPORT in
    tcp) inetd_service "$SERVER:time stream tcp nowait root internal" ;;
    udp) inetd_service "$SERVER:time dgram udp wait root internal" ;;
  esac
}

client() {
  if [ "$TRANSPORT" = udp ]; then rdate -4 -p -u -o $PORT $SERVER; else rdate -4 -p -o $PORT $SERVER; fi
}
