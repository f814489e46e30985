# shellcheck shell=bash disable=SC2034
ports="941/tcp"
packages="spiped ncat"
protocol="-"
notes="encrypted from the first byte and made to look like noise: unknown is the truth"

start() {
  head -c 32 /dev/urandom >key
  ncat -k -l 127.0.0.1 7777 --exec /bin/cat &
  exec spiped -d -s [$SERVER]:$PORT -t [127.0.0.1]:7777 -k /lab/key -F
}

client() {
  spiped -e -s [127.0.0.1]:7778 -t [$SERVER]:$PORT -k /lab/key -F &
  sleep 1
  say 0.5 'hello\n' 'again\n' | ncat 127.0.0.1 7778
}
