# shellcheck shell=bash disable=SC2034
ports="710/tcp 760/udp"
packages="python3"
software='a server written for the recording'
protocol="-"
notes="accepts, never answers"

start() { exec python3 /recordings/custom.py server silent $TRANSPORT $SERVER $PORT; }

client() { python3 /recordings/custom.py client silent $TRANSPORT $SERVER $PORT; }
