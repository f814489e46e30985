# shellcheck shell=bash disable=SC2034
ports="601/tcp 801/tcp"
packages="rsyslog rsyslog-relp bsdutils"
notes="the client is an rsyslog too"

start() {
  cat >rsyslog.conf <<E
module(load="imrelp")
input(type="imrelp" port="$PORT" address="$SERVER")
*.* action(type="omfile" file="/lab/all.log")
E
  exec rsyslogd -n -f /lab/rsyslog.conf -i /lab/rsyslog.pid
}

client() {
  cat >client.conf <<E
module(load="imuxsock" SysSock.Name="/tmp/log")
module(load="omrelp")
*.* action(type="omrelp" target="$SERVER" port="$PORT")
E
  rsyslogd -n -f /lab/client.conf -i /lab/client.pid &
  sleep 1
  logger -u /tmp/log -p auth.notice -t labd "first message"
  logger -u /tmp/log -p local3.err -t labd "second message"
  sleep 1
  kill $!
  sleep 1
}
