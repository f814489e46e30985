# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="munin-node ncat"

start() {
  printf 'log_file /lab/munin.log\npid_file /run/munin.pid\nbackground 0\nsetsid 0\nuser root\ngroup root\nhost %s\nport %s\nallow ^.*$\n' $SERVER $PORT >munin-node.conf
  exec munin-node --config /lab/munin-node.conf
}

client() { say 0.7 'cap multigraph dirtyconfig\n' 'nodes\n' 'list\n' 'config load\n' 'fetch load\n' 'version\n' 'quit\n' | ncat $SERVER $PORT; }
