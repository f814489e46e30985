# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="usbip"

start() { exec usbipd -4 --tcp-port $PORT; }

client() {
  usbip --tcp-port $PORT list -r $SERVER
  true
}
