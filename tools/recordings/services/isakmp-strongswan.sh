# shellcheck shell=bash disable=SC2034
ports="500/udp 801/udp"
packages="strongswan-starter strongswan-charon libstrongswan-standard-plugins ike-scan"
protocol="isakmp"
filter='host SERVER and udp port PORT'
notes="ike-scan (source port 500 unless --sport) gets IKEv1 and IKEv2 answers; a malformed header is ignored"

start() {
  mkdir -p /etc/ipsec.d
  echo "charon { port = $PORT }" >/etc/strongswan.conf
  cat >/etc/ipsec.conf <<EOF
config setup
	uniqueids=no
conn %default
	authby=secret
	left=$SERVER
	right=%any
conn v2
	keyexchange=ikev2
	ike=aes128-sha256-modp2048!
	auto=add
conn v1
	keyexchange=ikev1
	ike=aes128-sha1-modp2048,3des-sha1-modp1024!
	auto=add
EOF
  echo ': PSK "labsecret"' >/etc/ipsec.secrets
  exec /usr/sbin/ipsec start --nofork
}

client() {
  ike-scan -d $PORT -r 1 --ikev2 $SERVER
  ike-scan -d $PORT -r 1 $SERVER
  ike-scan -d $PORT -r 1 -A --id=lab $SERVER
}
