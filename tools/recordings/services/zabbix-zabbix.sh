# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="zabbix-agent zabbix-proxy-sqlite3 ncat"
notes="724: an agent, asked; 801: a proxy, with zabbix_sender and the active checks of an agent"

start() {
  if [ $PORT = 724 ]; then
    printf 'Server=%s\nListenPort=%s\nListenIP=%s\nLogType=console\nStartAgents=1\nAllowRoot=1\nHostname=lab\n' $CLIENT $PORT $SERVER >agent.conf
    exec zabbix_agentd -f -c /lab/agent.conf
  fi
  printf 'Server=127.0.0.1\nListenPort=%s\nListenIP=%s\nHostname=proxy\nDBName=/lab/proxy.db\nLogType=console\nAllowRoot=1\nStartPollers=1\n' $PORT $SERVER >proxy.conf
  exec zabbix_proxy -f -c /lab/proxy.conf
}

client() {
  if [ $PORT = 724 ]; then
    printf 'ZBXD\1\12\0\0\0\0\0\0\0agent.ping' | ncat $SERVER $PORT
    printf 'ZBXD\1\14\0\0\0\0\0\0\0system.uname' | ncat $SERVER $PORT
  else
    zabbix_sender -z $SERVER -p $PORT -s lab -k item -o 42 -vv
    printf 'ServerActive=%s:%s\nHostname=lab\nLogType=console\nStartAgents=0\nAllowRoot=1\n' $SERVER $PORT >active.conf
    timeout 5 zabbix_agentd -f -c /lab/active.conf
  fi
  true
}
