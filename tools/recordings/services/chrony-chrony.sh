# shellcheck shell=bash disable=SC2034
ports="724/udp"
packages="chrony"
notes="the command protocol of chronyc"

start() {
  printf 'port 0\ncmdport %s\nbindcmdaddress %s\ncmdallow\nlocal stratum 8\npidfile /run/chronyd.pid\n' $PORT $SERVER >chrony.conf
  exec chronyd -x -d -u root -f /lab/chrony.conf
}

client() {
  chronyc -n -h $SERVER -p $PORT tracking
  chronyc -n -h $SERVER -p $PORT sources
  chronyc -n -h $SERVER -p $PORT activity
}
