# shellcheck shell=bash disable=SC2034
ports="786/tcp"
packages="postfix swaks curl"

start() { postfix_with "$SERVER:$PORT inet n - n - - smtpd"; }

client() { swaks --server $SERVER:$PORT --from a@lab.test --to b@lab.test --header 'Subject: plain' --body hello --timeout 8; }
