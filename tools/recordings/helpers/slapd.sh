# shellcheck shell=bash
slapd_at() { # URL: dc=lab,dc=test, password lab
  certificate
  mkdir -p db
  cat >slapd.conf <<E
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile /lab/slapd.pid
argsfile /lab/slapd.args
TLSCertificateFile /lab/cert.pem
TLSCertificateKeyFile /lab/key.pem
database mdb
suffix "dc=lab,dc=test"
rootdn "cn=admin,dc=lab,dc=test"
rootpw lab
directory /lab/db
E
  slapadd -f slapd.conf <<E
dn: dc=lab,dc=test
objectClass: organization
objectClass: dcObject
dc: lab
o: Lab
E
  exec slapd -d 0 -f slapd.conf -h "$1"
}
