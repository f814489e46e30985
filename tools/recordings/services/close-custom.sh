# shellcheck shell=bash disable=SC2034
ports="711/tcp"
packages="python3"
software='a server written for the recording'
protocol="-"
notes="accepts and closes at once"

start() { exec python3 /recordings/custom.py server close $TRANSPORT $SERVER $PORT; }

client() { python3 /recordings/custom.py client close $TRANSPORT $SERVER $PORT; }
