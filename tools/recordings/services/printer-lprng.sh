# shellcheck shell=bash disable=SC2034
ports="515/tcp 1005/tcp"
packages="rlpr"
protocol="lpd"
unpacked="lprng"
notes="answers queue requests from any source port unless told to check"

start() {
  mkdir -p /etc/lprng spool
  chown daemon:lp spool 2>/dev/null
  chmod 700 spool
  cat >/etc/printcap <<EOF
lp|lab queue:
 :sd=/lab/spool
 :lp=/dev/null
 :mx#0:sh
EOF
  cat >/etc/lprng/lpd.conf <<EOF
lpd_listen_port=$SERVER%$PORT
lockfile=/lab/lpd
unix_socket_path=/lab/lpd.sock
server_user=daemon
EOF
  printf 'ACCEPT SERVICE=*\nDEFAULT ACCEPT\n' >/etc/lprng/lpd.perms
  /usr/sbin/checkpc -f >/dev/null 2>&1
  exec /usr/sbin/lpd -F
}

client() {
  echo "a page" >page
  rlpq -H$SERVER -Plp
  rlpr -H$SERVER -Plp page
  sleep 1
  rlpq -l -H$SERVER -Plp
  rlprm -H$SERVER -Plp all
}
