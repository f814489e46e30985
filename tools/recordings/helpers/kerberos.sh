# shellcheck shell=bash
kerberos_client() { # KDC-PORT KADMIN-PORT: what both sides need to know of realm LAB.TEST
  mkdir -p krb
  cat >krb/krb5.conf <<E
[libdefaults]
 default_realm = LAB.TEST
 dns_lookup_kdc = false
 rdns = false
[realms]
 LAB.TEST = {
  kdc = $SERVER:$1
  admin_server = $SERVER:$2
 }
[domain_realm]
 .lab.test = LAB.TEST
 labserver = LAB.TEST
[dbmodules]
 LAB.TEST = {
  database_name = /lab/krb/principal
 }
E
  export KRB5_CONFIG=/lab/krb/krb5.conf
}
kerberos_realm() { # KDC-PORT KADMIN-PORT: the database, with user (password lab), root/admin (lab) and host/labserver
  kerberos_client "$1" "$2"
  cat >krb/kdc.conf <<E
[kdcdefaults]
 kdc_listen = $SERVER:$1
 kdc_tcp_listen = $SERVER:$1
[realms]
 LAB.TEST = {
  database_name = /lab/krb/principal
  key_stash_file = /lab/krb/stash
  acl_file = /lab/krb/acl
  kadmind_listen = $SERVER:$2
  kpasswd_listen = $SERVER:464
 }
E
  echo '*/admin@LAB.TEST *' >krb/acl
  export KRB5_KDC_PROFILE=/lab/krb/kdc.conf
  kdb5_util create -s -P lab -r LAB.TEST
  kadmin.local -q 'addprinc -pw lab root/admin'
  kadmin.local -q "addprinc -pw lab kadmin/$SERVER"
  kadmin.local -q 'addprinc -randkey kadmin/server.lab.test'
  kadmin.local -q 'addprinc -pw lab user'
  kadmin.local -q 'addprinc -randkey host/labserver'
}
