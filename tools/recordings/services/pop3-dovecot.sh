# shellcheck shell=bash disable=SC2034
ports="784/tcp"
packages="dovecot-pop3d curl"

start() { dovecot_with pop3 no "$(dovecot_listener pop3-login pop3 $PORT)"; }

client() { curl -s -m 8 -u lab:lab pop3://$SERVER:$PORT/; }
