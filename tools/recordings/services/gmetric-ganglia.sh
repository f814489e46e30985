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
  printf 'globals { setuid = no }\ncluster { name = "lab" }\nudp_send_channel { host = %s port = %s }\n' $SERVER $PORT >client.conf
  gmetric -c /lab/client.conf -n load -v 0.5 -t float -u jobs
  gmetric -c /lab/client.conf -n state -v fine -t string
}
