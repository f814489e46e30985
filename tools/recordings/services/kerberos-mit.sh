# shellcheck shell=bash disable=SC2034
ports="750/udp"
packages="krb5-admin-server krb5-kdc krb5-user"
filter='host SERVER and port PORT'
notes="Kerberos 5 on the port of Kerberos IV: packaged default of the KDC in Debian besides 88"

start() {
  kerberos_realm $PORT 749
  exec krb5kdc -n
}

client() {
  export KRB5_CONFIG=/lab/krb/krb5.conf KRB5CCNAME=/lab/cc
  echo lab | kinit user
  klist
  kvno host/labserver
}
