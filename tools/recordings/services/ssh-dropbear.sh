# shellcheck shell=bash disable=SC2034
ports="514/tcp"
packages="dropbear-bin sshpass"

start() {
  dropbearkey -t ed25519 -f hk >/dev/null
  exec dropbear -F -E -r /lab/hk -p $SERVER:$PORT -P /lab/p
}

client() { sshpass -p lab ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p $PORT lab@$SERVER id; }
