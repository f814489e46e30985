# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="xrdp freerdp2-x11 xvfb"
notes="up to TLS"

start() {
  mkdir -p /run/xrdp/sockdir
  sed "s/^port=.*/port=tcp:\/\/$SERVER:$PORT/; s/^fork=.*/fork=true/; s/^security_layer=.*/security_layer=negotiate/" /etc/xrdp/xrdp.ini >xrdp.ini
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=lab.test -keyout /etc/xrdp/key.pem -out /etc/xrdp/cert.pem
  exec xrdp --nodaemon --config /lab/xrdp.ini
}

client() {
  Xvfb :1 &
  sleep 1
  DISPLAY=:1 timeout 8 xfreerdp /v:$SERVER:$PORT /u:lab /p:lab /cert:ignore +auth-only
  true
}
