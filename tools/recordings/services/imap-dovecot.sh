# shellcheck shell=bash disable=SC2034
ports="585/tcp 724/tcp"
packages="dovecot-imapd curl"
notes="585 was assigned to IMAP over TLS once"

start() { dovecot_with imap no "$(dovecot_listener imap-login imap $PORT)"; }

client() {
  curl -s -m 8 -u lab:lab imap://$SERVER:$PORT/
  curl -s -m 8 -u lab:lab imap://$SERVER:$PORT/ -X 'STATUS INBOX (MESSAGES)'
}
