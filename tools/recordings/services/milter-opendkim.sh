# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="opendkim miltertest"

start() {
  openssl genrsa -out lab.key 2048
  chmod 600 lab.key
  exec opendkim -f -x /dev/null -D -d lab.test -s lab -k /lab/lab.key -p inet:$PORT@$SERVER -u root -b s -v
}

client() {
  cat >test.lua <<E
c = mt.connect("inet:$PORT@$SERVER")
mt.conninfo(c, "client.lab.test", "127.0.0.1")
mt.helo(c, "client.lab.test")
mt.mailfrom(c, "<a@lab.test>")
mt.rcptto(c, "<b@lab.test>")
mt.header(c, "From", "a@lab.test")
mt.header(c, "Subject", "hello")
mt.eoh(c)
mt.bodystring(c, "hello\\r\\n")
mt.eom(c)
mt.disconnect(c)
E
  miltertest -s test.lua
  true
}
