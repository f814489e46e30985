# shellcheck shell=bash disable=SC2034
ports="724/tcp 641/tcp"
packages="nut-server nut-client"

start() {
  printf '[lab]\n driver = dummy-ups\n port = /lab/lab.dev\n desc = "a UPS"\n' >/etc/nut/ups.conf
  printf 'ups.status: OL\nbattery.charge: 97\nups.model: lab\n' >lab.dev
  printf 'LISTEN %s %s\nMAXAGE 30\n' $SERVER $PORT >/etc/nut/upsd.conf
  printf '[lab]\n password = lab\n upsmon primary\n' >/etc/nut/upsd.users
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
