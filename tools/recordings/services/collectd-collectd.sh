# shellcheck shell=bash disable=SC2034
ports="724/udp 801/udp"
packages="collectd-core"
notes="one way"

start() {
  cat >server.conf <<EOF
BaseDir "/run"
PIDFile "/run/collectd.pid"
LoadPlugin network
<Plugin network>
 Listen "$SERVER" "$PORT"
</Plugin>
EOF
  exec collectd -f -C /lab/server.conf
}

client() {
  cat >client.conf <<EOF
Hostname "client"
Interval 1
BaseDir "/run"
PIDFile "/run/collectd.pid"
LoadPlugin network
LoadPlugin load
LoadPlugin uptime
<Plugin network>
 Server "$SERVER" "$PORT"
</Plugin>
EOF
  timeout 6 collectd -f -C /lab/client.conf
  true
}
