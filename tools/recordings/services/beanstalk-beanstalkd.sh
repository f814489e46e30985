# shellcheck shell=bash disable=SC2034
ports="737/tcp"
packages="beanstalkd ncat"
protocol="beanstalk"

start() { exec beanstalkd -l $SERVER -p $PORT; }

client() { printf 'put 0 0 60 5\r\nhello\r\nreserve\r\nstats\r\nquit\r\n' | ncat $SERVER $PORT | head -8; }
