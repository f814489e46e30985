# shellcheck shell=bash disable=SC2034
ports="705/tcp 801/tcp"
packages="snmpd snmptrapd"
notes="silent at connect; an AgentX Open PDU is answered by a Response PDU"

start() {
  cat >s.conf <<EOF
master agentx
agentXSocket tcp:$SERVER:$PORT
agentaddress udp:$SERVER:1161
rocommunity public
EOF
  exec snmpd -f -Lo -C -c /lab/s.conf -p /lab/p -I -smux
}

client() {
  printf 'agentXSocket tcp:%s:%s\ndisableAuthorization yes\n' $SERVER $PORT >t.conf
  timeout 4 snmptrapd -f -Lo -C -c t.conf -x tcp:$SERVER:$PORT udp:$CLIENT:1162
}
