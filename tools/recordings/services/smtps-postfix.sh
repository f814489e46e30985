# shellcheck shell=bash disable=SC2034
ports="596/tcp"
packages="postfix swaks curl"
protocol="tls"

start() { postfix_with "$SERVER:$PORT inet n - n - - smtpd -o smtpd_tls_wrappermode=yes"; }

client() { swaks --tls-on-connect --server $SERVER:$PORT --from a@lab.test --to b@lab.test --body hello --timeout 8; }
