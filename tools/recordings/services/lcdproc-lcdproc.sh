# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="lcdproc"
notes="text"

start() {
  printf '[server]\nDriver=text\nDriverPath=/usr/lib/x86_64-linux-gnu/lcdproc/\nBind=%s\nPort=%s\nUser=root\nForeground=yes\n[text]\nSize=20x4\n' $SERVER $PORT >LCDd.conf
  exec LCDd -f -c /lab/LCDd.conf
}

client() {
  timeout 4 lcdproc -f -s $SERVER -p $PORT C M
  true
}
