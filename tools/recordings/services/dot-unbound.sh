# shellcheck shell=bash disable=SC2034
ports="853/tcp"
packages="unbound knot-dnsutils openssl"
protocol="tls"

start() {
  certificate
  cat >u.conf <<EOF
server:
 directory: "/lab"
 chroot: ""
 username: ""
 interface: $SERVER@$PORT
 tls-port: $PORT
 tls-service-key: "/lab/key.pem"
 tls-service-pem: "/lab/cert.pem"
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
  kdig +tls @$SERVER -p $PORT www.lab.test A
  kdig +tls @$SERVER -p $PORT lab.test SOA | head -4
}
