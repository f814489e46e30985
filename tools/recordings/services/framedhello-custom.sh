# shellcheck shell=bash disable=SC2034
ports="685/tcp"
packages="python3"
software='a server written for the recording'
protocol="-"
notes="the same, the server speaks first"

start() { exec python3 /recordings/custom.py server framedhello $TRANSPORT $SERVER $PORT; }

client() { python3 /recordings/custom.py client framedhello $TRANSPORT $SERVER $PORT; }
