# shellcheck shell=bash disable=SC2034
ports="995/tcp"
packages="dovecot-pop3d curl openssl"
protocol="tls"

start() { dovecot_with pop3 yes "$(dovecot_listener pop3-login pop3 0)" "$(dovecot_listener pop3-login pop3s $PORT 'ssl = yes')"; }

client() { curl -sk -m 8 -u lab:lab pop3s://$SERVER:$PORT/; }
