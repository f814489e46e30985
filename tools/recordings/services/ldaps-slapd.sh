# shellcheck shell=bash disable=SC2034
ports="636/tcp"
packages="slapd ldap-utils openssl"
protocol="tls"

start() { slapd_at "ldaps://$SERVER:$PORT/"; }

client() {
  export LDAPTLS_REQCERT=never
  ldapsearch -x -H ldaps://$SERVER:$PORT -b dc=lab,dc=test -LLL
  ldapwhoami -x -D cn=admin,dc=lab,dc=test -w lab -H ldaps://$SERVER:$PORT
}
