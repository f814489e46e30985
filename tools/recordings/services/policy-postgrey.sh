# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="postgrey ncat"
protocol="postfix-policy"

start() {
  mkdir db
  exec postgrey --inet=$SERVER:$PORT --user=root --group=root --dbdir=/lab/db --pidfile=/run/postgrey.pid
}

client() {
  say 1 'request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address=192.0.2.1\nclient_name=client.lab.test\nhelo_name=client.lab.test\nsender=a@lab.test\nrecipient=b@lab.test\ninstance=1.2\n\n' | ncat $SERVER $PORT
}
