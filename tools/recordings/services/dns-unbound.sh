# shellcheck shell=bash disable=SC2034
ports="801/udp"
packages="unbound knot-dnsutils"
filter='host SERVER and port PORT'

start() {
  cat >u.conf <<EOF
server:
 directory: "/lab"
 chroot: ""
 username: ""
 interface: $SERVER@$PORT
 access-control: 0.0.0.0/0 allow
 local-zone: "lab.test." static
 local-data: "www.lab.test. A 192.0.2.80"
 pidfile: ""
 use-syslog: no
remote-control:
 control-enable: no
EOF
  exec unbound -d -c u.conf
}

client() {
  kdig @$SERVER -p $PORT www.lab.test A
  kdig +tcp @$SERVER -p $PORT www.lab.test A
  kdig @$SERVER -p $PORT CH TXT version.bind
}
