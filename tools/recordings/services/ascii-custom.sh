# shellcheck shell=bash disable=SC2034
ports="712/tcp"
packages="python3"
software='a server written for the recording'
protocol="-"
notes="home-made text protocol"

start() { exec python3 /recordings/custom.py server ascii $TRANSPORT $SERVER $PORT; }

client() { python3 /recordings/custom.py client ascii $TRANSPORT $SERVER $PORT; }
