# shellcheck shell=bash disable=SC2034
ports="754/tcp 641/tcp"
packages="krb5-kpropd krb5-admin-server krb5-kdc krb5-user"
protocol="kprop"
software="mit"
notes="begins with the Kerberos sendauth version string kprop5_01"

start() {
  kerberos_realm 88 749
  kadmin.local -q 'addprinc -randkey host/labclient'
  kadmin.local -q 'ktadd -k /lab/krb/keytab host/labserver host/labclient'
  cp krb/keytab /etc/krb5.keytab
  printf 'host/labclient@LAB.TEST\nhost/client.lab.test@LAB.TEST\n' >krb/kpropd.acl
  kdb5_util dump krb/dump
  krb5kdc
  export KPROP_PORT=$PORT
  exec kpropd -S -d -P $PORT -a /lab/krb/kpropd.acl -f /lab/krb/from -F /lab/krb/principal2 -s /lab/krb/keytab
}

client() {
  export KRB5_CONFIG=/lab/krb/krb5.conf
  kprop -d -f /lab/krb/dump -P $PORT -s /lab/krb/keytab labserver
}
