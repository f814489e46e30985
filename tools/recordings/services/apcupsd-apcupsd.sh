# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages=""
unpacked="apcupsd libusb-0.1-4"
notes="the network information server (NIS) of apcupsd"

start() {
  cat >apcupsd.conf <<EOF
## apcupsd.conf v1.1 ##
UPSNAME lab
UPSCABLE ether
UPSTYPE net
DEVICE 127.0.0.1:1
NETSERVER on
NISIP $SERVER
NISPORT $PORT
LOCKFILE /run
SCRIPTDIR /etc/apcupsd
PWRFAILDIR /run
NOLOGINDIR /run
EVENTSFILE /lab/events
EOF
  exec apcupsd -b -f /lab/apcupsd.conf
}

client() {
  apcaccess -h $SERVER:$PORT status
  true
}
