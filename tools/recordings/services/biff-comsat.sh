# shellcheck shell=bash disable=SC2034
ports="512/udp"
packages="openbsd-inetd biff"
protocol="comsat"
notes="one way: user@offset, nothing comes back; the packets are what any mail delivery agent with comsat support sends"

start() {
  mkdir -p mail
  cat >mail/lab <<EOF
From a@b Sat Nov 21 20:00:00 2026
Subject: hi

body
EOF
  inetd_service "$SERVER:$PORT dgram udp wait root /usr/sbin/in.comsat in.comsat"
}

client() {
  for o in 0 120 4711; do
    printf 'lab@%s' $o | ncat -u --send-only $SERVER $PORT
    sleep .3
  done
  printf 'lab@77:/var/mail/lab' | ncat -u --send-only $SERVER $PORT
}
