# shellcheck shell=bash disable=SC2034
ports="749/tcp 596/tcp"
packages="krb5-admin-server krb5-kdc krb5-user"
protocol="kadmin onc-rpc"
notes="ONC RPC, program 2112, with GSS-API credentials (flavor 300001)"

start() {
  kerberos_realm 88 $PORT
  krb5kdc
  exec kadmind -nofork
}

client() {
  export KRB5_CONFIG=/lab/krb/krb5.conf
  kadmin -p root/admin -w lab -q 'getprinc user'
}
