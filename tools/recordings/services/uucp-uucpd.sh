# shellcheck shell=bash disable=SC2034
ports="541/tcp"
packages="uucp openbsd-inetd ncat"
protocol="-"
notes="in.uucpd (the BSD daemon): login: and Password: in text, nothing that names UUCP"

start() {
  sed -i 's#^lab:.*#lab:x:4321:4321::/tmp:/usr/lib/uucp/uucico#' /etc/passwd
  inetd_service "$SERVER:$PORT stream tcp nowait root /usr/sbin/in.uucpd in.uucpd"
}

client() { say 1 'lab\r\n' 'lab\r\n' | ncat $SERVER $PORT; }
