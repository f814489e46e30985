# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="lcdproc"
notes="text"

start() {
  cat >LCDd.conf <<EOF
[server]
Driver=text
DriverPath=/usr/lib/x86_64-linux-gnu/lcdproc/
Bind=$SERVER
Port=$PORT
User=root
Foreground=yes
[text]
Size=20x4
EOF
  exec LCDd -f -c /lab/LCDd.conf
}

client() {
  timeout 4 lcdproc -f -s $SERVER -p $PORT C M
  true
}
