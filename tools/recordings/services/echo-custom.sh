# shellcheck shell=bash disable=SC2034
ports="534/udp 709/tcp"
packages="python3"
software='a server written for the recording'
protocol="echo"
notes="sends back what comes"

start() { exec python3 /recordings/custom.py server echo $TRANSPORT $SERVER $PORT; }

client() { python3 /recordings/custom.py client echo $TRANSPORT $SERVER $PORT; }
