# shellcheck shell=bash disable=SC2034
ports="801/udp"
packages="srt-tools"
most=40
after=1

start() { exec srt-live-transmit "srt://$SERVER:$PORT?mode=listener" file://con; }

client() {
  head -c 4000 /usr/bin/env >/tmp/some
  (cat /tmp/some; sleep 2) | timeout 6 srt-live-transmit file://con "srt://$SERVER:$PORT?mode=caller"
  true
}
