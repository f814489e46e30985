# shellcheck shell=bash disable=SC2034
ports="724/udp"
packages="chrony"
notes="the command protocol of chronyc"

start() {
  cat >chrony.conf <<EOF
port 0
cmdport $PORT
bindcmdaddress $SERVER
cmdallow
local stratum 8
pidfile /run/chronyd.pid
EOF
  exec chronyd -x -d -u root -f /lab/chrony.conf
}

client() {
  chronyc -n -h $SERVER -p $PORT tracking
  chronyc -n -h $SERVER -p $PORT sources
  chronyc -n -h $SERVER -p $PORT activity
}
