# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="hylafax-server hylafax-client ncat"
protocol="hylafax ftp"
notes="hfaxd speaks a dialect of FTP"

start() {
  cd /var/spool/hylafax || exit
  cp -r /etc/hylafax/. etc/ 2>/dev/null
  echo '127.0.0.1' >etc/hosts.hfaxd
  echo "$CLIENT" >>etc/hosts.hfaxd
  chown -R uucp:uucp etc
  chmod 600 etc/hosts.hfaxd
  exec hfaxd -d -l $SERVER -i $PORT
}

client() { say 0.7 'USER lab\r\n' 'STAT\r\n' 'LIST sendq\r\n' 'QUIT\r\n' | ncat $SERVER $PORT; }
