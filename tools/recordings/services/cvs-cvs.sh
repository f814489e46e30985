# shellcheck shell=bash disable=SC2034
protocol="cvs-pserver"
ports="724/tcp"
packages="cvs openbsd-inetd"
notes="pserver"

start() {
  cvs -d /lab/repository init
  echo "lab:$(openssl passwd -1 lab):lab" >repository/CVSROOT/passwd
  chown -R lab:lab repository
  inetd_service "$SERVER:$PORT stream tcp nowait root /usr/bin/cvs cvs -f --allow-root=/lab/repository pserver"
}

client() {
  cd /tmp || return
  cvs -d :pserver:lab:lab@$SERVER:$PORT/lab/repository login
  cvs -d :pserver:lab:lab@$SERVER:$PORT/lab/repository version
  cvs -d :pserver:lab:lab@$SERVER:$PORT/lab/repository checkout CVSROOT/modules
}
