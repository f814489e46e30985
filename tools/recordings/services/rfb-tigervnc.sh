# shellcheck shell=bash disable=SC2034
protocol="vnc"
ports="999/tcp"
packages="tigervnc-standalone-server gvncviewer"

start() { exec Xvnc :77 -rfbport $PORT -interface $SERVER -SecurityTypes None -geometry 64x48 -depth 16 -nolisten unix; }

client() { timeout 15 gvnccapture -q $SERVER::$PORT /lab/o.png || timeout 15 gvnccapture $SERVER:$((PORT - 5900)) /lab/o.png; }
