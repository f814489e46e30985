# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="prosody go-sendxmpp python3"
notes="724: up to STARTTLS and beyond; 801: in the clear"

start() {
  certificate
  mkdir data
  chmod 777 data
  cat >prosody.cfg.lua <<E
run_as_root = true
daemonize = false
data_path = "/lab/data"
pidfile = "/lab/data/pid"
modules_enabled = { "roster", "saslauth", "tls", "disco", "ping" }
modules_disabled = { "s2s" }
c2s_ports = { $PORT }
interfaces = { "$SERVER" }
authentication = "internal_plain"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
ssl = { key = "/lab/key.pem", certificate = "/lab/cert.pem" }
VirtualHost "lab.test"
E
  prosodyctl --config /lab/prosody.cfg.lua register lab lab.test lab
  exec prosody --config /lab/prosody.cfg.lua -F
}

client() {
  if [ $PORT = 724 ]; then
    echo hello | timeout 10 go-sendxmpp --tls-version 12 -n -u lab@lab.test -p lab -j $SERVER:$PORT lab@lab.test
  else
    say 0.5 "<?xml version='1.0'?><stream:stream to='lab.test' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>" \
      "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGxhYgBsYWI=</auth>" \
      "<stream:stream to='lab.test' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>" \
      "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>" '</stream:stream>' | ncat $SERVER $PORT
  fi
  true
}
