# shellcheck shell=bash disable=SC2034
ports="694/udp"
packages="heartbeat"
protocol="heartbeat"
filter='udp port PORT'
after=1
notes="text packets ### ... %%% every keepalive, one way; needs hostname to be a node"

start() {
  mkdir -p /var/lib/heartbeat/crm /var/lib/heartbeat/cores /run/heartbeat/ccm /run/heartbeat/dopd /run/heartbeat/crm /etc/ha.d
  chown -R hacluster:haclient /run/heartbeat /var/lib/heartbeat
  printf 'auth 1\n1 sha1 labsecret\n' >/etc/ha.d/authkeys
  chmod 600 /etc/ha.d/authkeys
  : >/etc/ha.d/haresources
  cat >/etc/ha.d/ha.cf <<E
keepalive 1
deadtime 10
udpport 694
ucast lab0 $CLIENT
node $(hostname)
node other
auto_failback off
crm off
logfile /lab/ha.log
E
  /usr/libexec/heartbeat/heartbeat
}

client() { sleep 6; }
