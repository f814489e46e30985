# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="remctl-server remctl-client krb5-admin-server krb5-kdc krb5-user"
notes="GSS-API tokens with flags and a length before them"

start() {
  kerberos_realm 88 749
  kadmin.local -q 'ktadd -k /lab/krb/keytab host/labserver'
  krb5kdc
  printf 'lab echo /bin/echo ANYUSER\n' >remctl.conf
  exec remctld -m -p $PORT -b $SERVER -f /lab/remctl.conf -k /lab/krb/keytab -s host/labserver
}

client() {
  export KRB5_CONFIG=/lab/krb/krb5.conf KRB5CCNAME=/tmp/cc
  echo lab | kinit user
  remctl -b $CLIENT -p $PORT -s host/labserver labserver lab echo hello
  true
}
