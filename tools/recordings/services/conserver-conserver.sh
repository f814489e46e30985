# shellcheck shell=bash disable=SC2034
ports="782/tcp"
packages="conserver-server conserver-client"
filter='host SERVER and tcp'
notes="text: ok at connect; 782 was its first default port, not assigned; then further ports on the same server"

start() {
  cat >c.cf <<EOF
config * {}
default full { rw *; }
default * { logfile ""; timestamp ""; include full; }
console c1 { master $SERVER; type exec; exec /bin/cat; }
access * { trusted 198.18.10.0/24; allowed 198.18.10.0/24; }
EOF
  : >pw
  exec conserver -C c.cf -P pw -M $SERVER -p $PORT -b 17820
}

client() {
  console -M $SERVER -p $PORT -i 2>&1 | head -3
  console -M $SERVER -p $PORT -x
  (
    sleep 1
    printf 'hello\r\n'
    sleep 1
  ) | timeout 4 script -qc "console -M $SERVER -p $PORT c1" /dev/null
  true
}
