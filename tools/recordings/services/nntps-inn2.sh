# shellcheck shell=bash disable=SC2034
ports="563/tcp"
packages="inn2 python3 openssl"
protocol="tls"
notes="nnrpd with TLS from the first byte"

start() {
  certificate
  mkdir -p /run/news /var/log/news
  chown news:news /run/news /var/log/news key.pem cert.pem .
  chmod 600 key.pem
  sed -i 's/^#*domain:.*/domain: lab.test/; /^#*tlscertfile:/d; /^#*tlskeyfile:/d' /etc/news/inn.conf
  printf 'tlscertfile: /lab/cert.pem\ntlskeyfile: /lab/key.pem\n' >>/etc/news/inn.conf
  printf 'auth "all" { hosts: "*" default: "<anon>" }\naccess "all" { users: "*" newsgroups: "*" access: "R" }\n' >/etc/news/readers.conf
  chown news:news /etc/news/readers.conf /etc/news/inn.conf
  mkdir -p /var/spool/news/overview
  chown -R news:news /var/spool/news/overview
  as news /usr/lib/news/bin/overchan </dev/null
  exec setpriv --reuid news --regid news --clear-groups /usr/lib/news/bin/nnrpd -D -f -S -4 $SERVER -p $PORT
}

client() {
  python3 -W ignore - <<E
import nntplib, ssl
s = nntplib.NNTP_SSL('$SERVER', $PORT, ssl_context=ssl._create_unverified_context(), timeout=10)
print(s.getwelcome(), s.getcapabilities(), s.date(), s.quit())
E
}
