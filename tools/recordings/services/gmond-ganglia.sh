# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="ganglia-monitor ncat"
protocol="ganglia"
notes="the state of the cluster as XML, at connect"

start() {
  cat >gmond.conf <<E
globals { daemonize = no setuid = no user = root mute = no deaf = no host_dmax = 0 }
cluster { name = "lab" }
udp_send_channel { host = 127.0.0.1 port = 8649 }
udp_recv_channel { port = 8649 bind = 127.0.0.1 }
tcp_accept_channel { port = $PORT bind = $SERVER }
modules { module { name = "core_metrics" } }
collection_group { collect_every = 1 time_threshold = 1 metric { name = "heartbeat" } }
E
  exec gmond -f -c /lab/gmond.conf
}

client() {
  sleep 2
  ncat $SERVER $PORT </dev/null
}
