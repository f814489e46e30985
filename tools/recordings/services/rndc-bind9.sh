# shellcheck shell=bash disable=SC2034
ports="953/tcp 724/tcp"
packages="bind9 bind9-utils"

start() {
  rndc-confgen -A hmac-sha256 -k lab -s $SERVER -p $PORT | sed '/^# Start of named/,$d; /^#/d' >rndc.conf
  cat >named.conf <<E
options { directory "/lab"; pid-file none; session-keyfile none; listen-on { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; };
E
  sed -n '/^key/,/^};/p' rndc.conf >>named.conf
  echo "controls { inet $SERVER port $PORT allow { any; } keys { \"lab\"; }; };" >>named.conf
  exec named -g -c /lab/named.conf
}

client() {
  rndc -c /lab/rndc.conf status
  rndc -c /lab/rndc.conf querylog
}
