# shellcheck shell=bash disable=SC2034
ports="756/udp"
packages="tftpd-hpa curl"
filter='host SERVER and udp'
notes="answers come from another port"

start() {
  mkdir t
  echo hello >t/f
  chmod 755 t
  exec in.tftpd -L -4 -a $SERVER:$PORT -s /lab/t -u root
}

client() {
  curl -s tftp://$SERVER:$PORT/f
  curl -s -m 5 tftp://$SERVER:$PORT/none
  true
}
