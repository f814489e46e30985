# shellcheck shell=bash disable=SC2034
ports="532/tcp"
packages="inn2 openbsd-inetd python3"
notes="on the port of readnews"

start() {
  mkdir -p /run/news /var/log/news
  chown news:news /run/news /var/log/news
  sed -i 's/^#*domain:.*/domain: lab.test/' /etc/news/inn.conf
  printf 'auth "all" { hosts: "*" default: "<anon>" }\naccess "all" { users: "*" newsgroups: "*" access: "R" }\n' >/etc/news/readers.conf
  chown news:news /etc/news/readers.conf /etc/news/inn.conf
  mkdir -p /var/spool/news/overview
  chown -R news:news /var/spool/news/overview
  as news /usr/lib/news/bin/overchan </dev/null
  inetd_service "$SERVER:$PORT stream tcp nowait news /usr/lib/news/bin/nnrpd nnrpd"
}

client() {
  python3 -W ignore - <<E
import nntplib
s = nntplib.NNTP('$SERVER', $PORT, timeout=10)
print(s.getwelcome(), s.getcapabilities(), s.date(), s.list(), s.quit())
E
}
