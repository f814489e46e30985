# shellcheck shell=bash
dovecot_with() { # PROTOCOL SSL SECTIONS...: user and password lab
  local protocol=$1 ssl=$2
  shift 2
  mkdir -p base mail
  chmod 777 mail
  cat >dovecot.conf <<E
base_dir = /lab/base
log_path = /lab/dovecot.log
protocols = $protocol
listen = $SERVER
ssl = $ssl
disable_plaintext_auth = no
mail_location = maildir:/lab/mail
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 0
passdb {
  driver = static
  args = password=lab
}
userdb {
  driver = static
  args = uid=1000 gid=1000 home=/lab/mail
}
E
  printf '%s\n' "$@" >>dovecot.conf
  if [ "$ssl" != no ]; then
    certificate
    printf 'ssl_cert = </lab/cert.pem\nssl_key = </lab/key.pem\n' >>dovecot.conf
  fi
  exec dovecot -F -c /lab/dovecot.conf
}
dovecot_listener() { # LOGIN NAME PORT [DIRECTIVE]: a section with one listener; port 0 closes one that is there by itself
  printf 'service %s {\n  inet_listener %s {\n    port = %s\n    %s\n  }\n}\n' "$1" "$2" "$3" "${4:-}"
}
