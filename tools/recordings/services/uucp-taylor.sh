# shellcheck shell=bash disable=SC2034
ports="540/tcp"
packages="uucp openbsd-inetd"
notes="a login prompt in text, then the UUCP handshake (DLE S ... NUL)"

start() {
  mkdir -p c spool pub
  chown -R uucp:uucp c spool pub
  chmod 1777 pub
  cat >c/config <<EOF
nodename labsrv
spool /lab/spool
pubdir /lab/pub
logfile /lab/c/Log
statfile /lab/c/Stats
passwdfile /lab/c/passwd
sysfile /lab/c/sys
EOF
  echo 'labcli secret' >c/passwd
  cat >c/sys <<EOF
system labcli
called-login labcli
local-receive ~
remote-send ~
remote-receive ~
EOF
  chown uucp c/*
  chmod 644 c/*
  inetd_service "$SERVER:$PORT stream tcp nowait uucp /usr/lib/uucp/uucico uucico -l -I /lab/c/config"
}

client() {
  mkdir -p k ks kp
  cat >k/config <<EOF
nodename labcli
spool /lab/ks
pubdir /lab/kp
logfile /lab/k/Log
statfile /lab/k/Stats
sysfile /lab/k/sys
callfile /lab/k/call
portfile /lab/k/port
EOF
  echo 'labsrv labcli secret' >k/call
  cat >k/port <<EOF
port tcp
type tcp
service $PORT
EOF
  printf 'system labsrv\naddress %s\nport tcp\ntime any\ncall-login *\ncall-password *\nchat "" \\r\\c ogin:-BREAK-ogin: \\L word: \\P\nprotocol t\n' $SERVER >k/sys
  echo "some news" >kp/f
  chown -R uucp:uucp k ks kp
  chmod 755 k ks kp
  chmod 644 k/* kp/f
  setpriv --reuid uucp --regid uucp --clear-groups uucp -I /lab/k/config -r /lab/kp/f 'labsrv!~/f'
  setpriv --reuid uucp --regid uucp --clear-groups /usr/lib/uucp/uucico -I /lab/k/config -S labsrv -f
  cat k/Log
  ls pub
}
