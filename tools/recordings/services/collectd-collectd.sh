# shellcheck shell=bash disable=SC2034
ports="724/udp 801/udp"
packages="collectd-core"
notes="one way"

start() {
  printf 'BaseDir "/run"\nPIDFile "/run/collectd.pid"\nLoadPlugin network\n<Plugin network>\n Listen "%s" "%s"\n</Plugin>\n' $SERVER $PORT >server.conf
  exec collectd -f -C /lab/server.conf
}

client() {
  printf 'Hostname "client"\nInterval 1\nBaseDir "/run"\nPIDFile "/run/collectd.pid"\nLoadPlugin network\nLoadPlugin load\nLoadPlugin uptime\n<Plugin network>\n Server "%s" "%s"\n</Plugin>\n' $SERVER $PORT >client.conf
  timeout 6 collectd -f -C /lab/client.conf
  true
}
