# shellcheck shell=bash disable=SC2034
ports="724/tcp 641/tcp"
packages="nut-server nut-client"

start() {
  cat >/etc/nut/ups.conf <<EOF
[lab]
 driver = dummy-ups
 port = /lab/lab.dev
 desc = "a UPS"
EOF
  cat >lab.dev <<EOF
ups.status: OL
battery.charge: 97
ups.model: lab
EOF
  printf 'LISTEN %s %s\nMAXAGE 30\n' $SERVER $PORT >/etc/nut/upsd.conf
  cat >/etc/nut/upsd.users <<EOF
[lab]
 password = lab
 upsmon primary
EOF
  echo 'MODE=netserver' >/etc/nut/nut.conf
  chmod 755 . && chmod 644 lab.dev && mkdir -p /run/nut && chmod 777 /run/nut
  /lib/nut/dummy-ups -u root -a lab
  exec upsd -u root -F
}

client() {
  upsc -L $SERVER:$PORT
  upsc lab@$SERVER:$PORT
  printf 'USERNAME lab\nPASSWORD lab\nLOGIN lab\nLOGOUT\n' | ncat $SERVER $PORT
}
