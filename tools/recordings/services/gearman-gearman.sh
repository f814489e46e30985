# shellcheck shell=bash disable=SC2034
ports="724/tcp 596/tcp"
packages="gearman-job-server gearman-tools"

start() { exec gearmand -L $SERVER -p $PORT -l stderr; }

client() {
  timeout 5 gearman -h $SERVER -p $PORT -w -f count -c 1 -- wc -c &
  sleep 1
  echo hello | gearman -h $SERVER -p $PORT -f count
  sleep 0.5
  gearadmin -h $SERVER -p $PORT --status
  true
}
