# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="gdb gdbserver"
protocol="gdb-remote"
software="gdbserver"
most=40

start() { exec gdbserver $SERVER:$PORT /bin/true; }

client() { timeout 20 gdb -batch -nx -iex 'set sysroot /' -ex "target remote $SERVER:$PORT" -ex 'info registers rip' -ex kill /bin/true; }
