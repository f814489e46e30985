# shellcheck shell=bash disable=SC2034
ports="655/tcp 801/tcp"
packages="tinc"
most=40
filter='host SERVER and port PORT'
notes="the ID line '0 name 17' is answered only for a known name; TCP and UDP 655"

tn() { # NAME DEVICEADDR
  mkdir -p $1/hosts
  cat >$1/tinc.conf <<EOF
Name = $1
AddressFamily = ipv4
DeviceType = dummy
Port = $PORT
$2
EOF
  tincd -c /lab/$1 -K2048 </dev/null >/dev/null 2>&1
}

start() {
  tn srv "BindToAddress = $SERVER"
  tn cli "ConnectTo = srv"
  printf 'Address = %s\nPort = %s\n' $SERVER $PORT | cat - srv/hosts/srv >x
  mv x srv/hosts/srv
  cp srv/hosts/srv cli/hosts/
  cp cli/hosts/cli srv/hosts/
  exec tincd -c /lab/srv -D --pidfile=/lab/t.pid -d1
}

client() { timeout 8 tincd -c /lab/cli -D --pidfile=/lab/tc.pid -d3; }
