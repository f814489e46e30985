# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="nsca nsca-client"

start() {
  printf 'server_address=%s\nserver_port=%s\nnsca_user=root\nnsca_group=root\ncommand_file=/tmp/command\nalternate_dump_file=/tmp/dump\naggregate_writes=0\nappend_to_file=1\nmax_packet_age=30\ndecryption_method=1\npassword=lab\ndebug=1\n' $SERVER $PORT >nsca.cfg
  : >/tmp/command
  exec nsca -f -c /lab/nsca.cfg --single
}

client() {
  printf 'password=lab\nencryption_method=1\n' >send.cfg
  printf 'lab\tcheck\t0\tall is well\n' | send_nsca -H $SERVER -p $PORT -c /lab/send.cfg
}
