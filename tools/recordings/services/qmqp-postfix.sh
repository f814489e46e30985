# shellcheck shell=bash disable=SC2034
ports="628/tcp 729/tcp"
packages="postfix"
notes="the client is qmqp-source of Postfix"

start() { postfix_with "$SERVER:$PORT inet n - n - - qmqpd"; }

client() { qmqp-source -c -m 2 -l 120 -f a@lab.test -t b@lab.test $SERVER:$PORT; }
