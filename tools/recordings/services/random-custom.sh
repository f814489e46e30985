# shellcheck shell=bash disable=SC2034
ports="533/tcp 572/udp"
packages="python3"
software='a server written for the recording'
protocol="-"
notes="noise each way"

start() { exec python3 /recordings/custom.py server random $TRANSPORT $SERVER $PORT; }

client() { python3 /recordings/custom.py client random $TRANSPORT $SERVER $PORT; }
