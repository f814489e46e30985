# shellcheck shell=bash disable=SC2034
ports="806/tcp"
packages="slapd ldap-utils openssl"

start() { slapd_at "ldap://$SERVER:$PORT/"; }

client() { ldapsearch -x -H ldap://$SERVER:$PORT -b dc=lab,dc=test -LLL; }
