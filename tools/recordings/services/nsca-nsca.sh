# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="nsca nsca-client"

start() {
  cat >nsca.cfg <<EOF
server_address=$SERVER
server_port=$PORT
nsca_user=root
nsca_group=root
command_file=/tmp/command
alternate_dump_file=/tmp/dump
aggregate_writes=0
append_to_file=1
max_packet_age=30
decryption_method=1
password=lab
debug=1
EOF
  : >/tmp/command
  exec nsca -f -c /lab/nsca.cfg --single
}

client() {
  printf 'password=lab\nencryption_method=1\n' >send.cfg
  printf 'lab\tcheck\t0\tall is well\n' | send_nsca -H $SERVER -p $PORT -c /lab/send.cfg
}
