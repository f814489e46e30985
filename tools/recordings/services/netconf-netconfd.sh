# shellcheck shell=bash disable=SC2034
ports="830/tcp"
packages="netconfd openssh-server python3-ncclient sshpass"
protocol="ssh"
notes="an SSH banner: only the port (or the subsystem asked for inside) tells NETCONF from SSH"

start() {
  mkdir -p /run/sshd
  ssh-keygen -q -t ed25519 -N "" -f hk
  rm -f /tmp/ncxserver.sock
  netconfd --module=ietf-netconf-acm --superuser=lab --access-control=off --no-startup --log=/lab/nc.log &
  sleep 2
  cat >sshd.conf <<EOF
Port $PORT
ListenAddress $SERVER
HostKey /lab/hk
UsePAM no
PasswordAuthentication yes
Subsystem netconf /usr/sbin/netconf-subsystem
PidFile none
EOF
  exec /usr/sbin/sshd -D -e -f /lab/sshd.conf
}

client() {
  /usr/bin/python3 - $SERVER $PORT <<'E'
import sys
from ncclient import manager
m=manager.connect(host=sys.argv[1],port=int(sys.argv[2]),username='lab',password='lab',hostkey_verify=False,allow_agent=False,look_for_keys=False,timeout=15)
print(list(m.server_capabilities)[:4]); print(m.get_config('running').data_xml[:300]); m.close_session()
E
}
