# shellcheck shell=bash disable=SC2034
ports="725/udp"
packages="ganglia-monitor"
protocol="ganglia"
notes="metrics in XDR; one way"

start() {
  cat >gmond.conf <<E
globals { daemonize = no setuid = no user = root mute = yes }
cluster { name = "lab" }
udp_recv_channel { port = $PORT bind = $SERVER }
E
  exec gmond -f -c /lab/gmond.conf
}

client() {
  cat >client.conf <<EOF
globals { setuid = no }
cluster { name = "lab" }
udp_send_channel { host = $SERVER port = $PORT }
EOF
  gmetric -c /lab/client.conf -n load -v 0.5 -t float -u jobs
  gmetric -c /lab/client.conf -n state -v fine -t string
}
