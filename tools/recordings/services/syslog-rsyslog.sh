# shellcheck shell=bash disable=SC2034
ports="514/udp 601/tcp 724/tcp"
packages="rsyslog bsdutils ncat"
notes="RFC 3164 and RFC 5424; over TCP both framings of RFC 6587; one way"

start() {
  local input=im$TRANSPORT
  cat >rsyslog.conf <<E
module(load="$input")
input(type="$input" port="$PORT" address="$SERVER")
*.* action(type="omfile" file="/lab/all.log")
E
  exec rsyslogd -n -f /lab/rsyslog.conf -i /lab/rsyslog.pid
}

client() {
  if [ "$TRANSPORT" = udp ]; then
    logger -n $SERVER -P $PORT -d --rfc3164 -p daemon.info -t labd "first message"
    logger -n $SERVER -P $PORT -d --rfc5424 -p auth.notice -t labd "second message"
    logger -n $SERVER -P $PORT -d -p local3.err "third"
  else
    logger -n $SERVER -P $PORT -T --octet-count --rfc5424 -p auth.notice -t labd "octet counted"
    say 0.3 '<13>Nov 21 20:00:00 labclient app: line one\n<13>Nov 21 20:00:01 labclient app: line two\n' | ncat --send-only $SERVER $PORT
  fi
}
