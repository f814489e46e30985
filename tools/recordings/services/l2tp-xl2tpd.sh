# shellcheck shell=bash disable=SC2034
ports="724/udp 701/udp"
packages="xl2tpd"
after=1
notes="the control connection; no session, for no PPP"

l2tp() { # SECTION...
  printf '%s\n' '[global]' "port = $PORT" "$@" >/run/xl2tpd.conf
  mkdir -p /run/xl2tpd
  xl2tpd -D -c /run/xl2tpd.conf -C /run/xl2tpd/control -p /run/xl2tpd.pid
}

start() { l2tp "listen-addr = $SERVER" '[lns default]' 'ip range = 10.6.0.2-10.6.0.9' 'local ip = 10.6.0.1' 'require authentication = no'; }

client() {
  l2tp "listen-addr = $CLIENT" '[lac lab]' "lns = $SERVER" 'require authentication = no' &
  sleep 1
  timeout 3 xl2tpd-control -c /run/xl2tpd/control connect-lac lab
  sleep 4
}
