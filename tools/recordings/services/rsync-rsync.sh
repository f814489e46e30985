# shellcheck shell=bash disable=SC2034
ports="805/tcp 873/tcp"
packages="rsync"
notes="@RSYNCD: greeting at connect"

start() {
  mkdir m
  echo file >m/a
  cat >r.conf <<EOF
use chroot=no
uid=root
[mod]
path=/lab/m
comment=lab module
read only=yes
EOF
  exec rsync --daemon --no-detach --address=$SERVER --port=$PORT --config=/lab/r.conf
}

client() {
  rsync --port=$PORT rsync://$SERVER/
  rsync -av --port=$PORT rsync://$SERVER/mod/ /lab/out/
}
