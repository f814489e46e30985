# shellcheck shell=bash disable=SC2034
ports="993/tcp"
packages="dovecot-imapd curl openssl"
protocol="tls"

start() { dovecot_with imap yes "$(dovecot_listener imap-login imap 0)" "$(dovecot_listener imap-login imaps $PORT 'ssl = yes')"; }

client() {
  curl -sk -m 8 -u lab:lab imaps://$SERVER:$PORT/
  curl -sk -m 8 -u lab:lab imaps://$SERVER:$PORT/ -X 'STATUS INBOX (MESSAGES)'
}
