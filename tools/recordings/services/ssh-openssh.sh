# shellcheck shell=bash disable=SC2034
ports="531/tcp"
packages="openssh-server openssh-client sshpass"

start() {
  mkdir -p /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f hk
  cat >sshd.conf <<EOF
Port $PORT
ListenAddress $SERVER
HostKey /lab/hk
UsePAM no
PasswordAuthentication yes
PidFile none
EOF
  exec /usr/sbin/sshd -D -e -f /lab/sshd.conf
}

client() { sshpass -p lab ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p $PORT lab@$SERVER id; }
