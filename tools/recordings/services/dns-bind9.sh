# shellcheck shell=bash disable=SC2034
ports="641/tcp 641/udp"
packages="bind9 bind9-dnsutils"
notes="with DNSSEC and EDNS options, a zone transfer (TCP), an update and a notify (UDP)"

start() {
  cat >zone <<E
\$ORIGIN lab.test.
\$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
  NS ns
  MX 10 mail
  TXT "a lab"
ns A $SERVER
mail AAAA 2001:db8::25
_sip._udp SRV 0 0 5060 ns
E
  cat >named.conf <<E
options { directory "/lab"; pid-file none; session-keyfile none; listen-on port $PORT { $SERVER; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; };
zone "lab.test" { type primary; file "/lab/zone"; allow-transfer { any; }; allow-update { any; }; };
controls { };
E
  exec named -g -c /lab/named.conf
}

client() {
  if [ "$TRANSPORT" = tcp ]; then
    dig @$SERVER -p $PORT +tcp lab.test AXFR
    dig @$SERVER -p $PORT +tcp +dnssec lab.test MX
  else
    dig @$SERVER -p $PORT +cookie +nsid lab.test ANY
    dig @$SERVER -p $PORT +dnssec _sip._udp.lab.test SRV
    dig @$SERVER -p $PORT none.lab.test
    nsupdate <<E
server $SERVER $PORT
zone lab.test
update add new.lab.test 60 A 192.0.2.1
send
E
  fi
}
