# shellcheck shell=bash disable=SC2034
ports="726/tcp"
packages="subversion"

start() {
  svnadmin create r
  printf '[general]\nanon-access = write\n' >r/conf/svnserve.conf
  exec svnserve -d --foreground --listen-host $SERVER --listen-port $PORT -r /lab
}

client() {
  svn --non-interactive --config-dir /lab/cfg info svn://$SERVER:$PORT/r
  svn --non-interactive --config-dir /lab/cfg mkdir -m x svn://$SERVER:$PORT/r/d$RANDOM
  svn --config-dir /lab/cfg ls svn://$SERVER:$PORT/r
}
