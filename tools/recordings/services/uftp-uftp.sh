# shellcheck shell=bash disable=SC2034
ports="801/udp"
packages="uftp"
filter='udp port PORT'
most=40
notes="one sender, one receiver by multicast; answers to the sender's own port"

start() { exec uftpd -d -t -D /tmp -p $PORT -I lab0 -M 239.0.5.1 -F /lab/status; }

client() {
  head -c 3000 /usr/bin/env >/tmp/some
  timeout 20 uftp -p $PORT -I lab0 -M 239.0.5.1 -P 239.0.5.2 -R 2000 /tmp/some
  true
}
