# shellcheck shell=bash disable=SC2034
ports="724/tcp 566/tcp"
packages="openbsd-inetd nagios-nrpe-server nagios-nrpe-plugin"
notes="without TLS"

start() {
  cat >nrpe.cfg <<EOF
allowed_hosts=$CLIENT
nrpe_user=nobody
nrpe_group=nogroup
command[check_lab]=/bin/echo all is well
EOF
  inetd_service "$SERVER:$PORT stream tcp nowait nobody /usr/sbin/nrpe nrpe -i -n -c /lab/nrpe.cfg"
}

client() {
  /usr/lib/nagios/plugins/check_nrpe -n -H $SERVER -p $PORT
  /usr/lib/nagios/plugins/check_nrpe -n -H $SERVER -p $PORT -c check_lab
  /usr/lib/nagios/plugins/check_nrpe -n -2 -H $SERVER -p $PORT -c check_lab
}
