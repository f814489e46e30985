#!/bin/bash
# Replays a capture over a link of two virtual interfaces, in the network namespace that it is in, while a command listens.
#
#   replay.sh FOLDER CAPTURE PACKETS-PER-SECOND COMMAND ARGUMENT...
#
# The command hears on odd1 what is sent on odd0; its output goes to FOLDER/out and FOLDER/err, and FOLDER/status holds its exit
# status. Where FOLDER/meanwhile is there, it is run when all was sent, with the command's process number; then the command is
# interrupted, unless it has ended by itself.
set -u
folder=$1 capture=$2 rate=$3
shift 3

echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
ip link add odd0 mtu 65535 type veth peer name odd1 mtu 65535 || exit 77
ip link set odd0 up && ip link set odd1 up || exit 77

"$@" >"$folder/out" 2>"$folder/err" &
listener=$!
for _ in $(seq 200); do
  grep -q 'listening on' "$folder/err" && break
  kill -0 "$listener" 2>/dev/null || break
  sleep 0.05
done
tcpreplay -q --pps="$rate" -i odd0 "$capture" >"$folder/replay" 2>&1 || exit 78
if [ -e "$folder/meanwhile" ]; then
  sleep 0.4  # the kernel holds packets back for a tenth of a second
  bash "$folder/meanwhile" "$listener" "$folder"
fi
kill -INT "$listener" 2>/dev/null
wait "$listener"
echo $? >"$folder/status"
