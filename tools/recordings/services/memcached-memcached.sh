# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp 801/udp"
packages="memcached libmemcached-tools ncat python3"
protocol="memcached"
notes="724: text; 801: the binary protocol; UDP: text with the frame header"

start() { exec memcached -u nobody -l $SERVER -p $PORT -U $PORT; }

client() {
  case $PORT/$TRANSPORT in
    724/tcp) say 0.5 'version\r\nset a 0 60 5\r\nhello\r\nget a\r\nstats\r\nquit\r\n' | ncat $SERVER $PORT ;;
    801/tcp)
      echo hello >/tmp/a
      memccp --servers=$SERVER:$PORT --binary /tmp/a
      memccat --servers=$SERVER:$PORT --binary a
      memcping --servers=$SERVER:$PORT --binary
      ;;
    *)
      python3 - <<E
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(2)
for n, line in enumerate((b'version', b'set a 0 60 5\r\nhello', b'get a'), 7):
    s.sendto(bytes([0, n, 0, 0, 0, 1, 0, 0]) + line + b'\r\n', ('$SERVER', $PORT))
    print(s.recv(1500))
E
      ;;
  esac
}
