# shellcheck shell=bash disable=SC2034
ports="520/udp 641/udp"
packages="bird2"
filter='udp port PORT'
notes="RIPv2; a whole-table request (24 bytes) is answered only when it comes from source port 520"

start() {
  cat >b.conf <<E
router id $SERVER;
protocol device { scan time 2; }
protocol static { ipv4; route 203.0.113.0/24 blackhole; route 198.51.100.0/24 blackhole; }
protocol rip { ipv4 { import all; export all; }; interface "lab0" { version 2; update time 4; port $PORT; }; }
E
  exec bird -f -c b.conf -s /lab/b.ctl -P /lab/b.pid
}

client() {
  sed "s/router id .*/router id $CLIENT;/; s/203.0.113/192.0.2/; s#route 198.51[^;]*;##; s/lab0/lab0/" b.conf >c.conf
  bird -f -c c.conf -s /lab/c.ctl -P /lab/c.pid &
  p=$!
  sleep 7
  birdc -s /lab/c.ctl show route
  kill $p
}
