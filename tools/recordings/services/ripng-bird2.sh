# shellcheck shell=bash disable=SC2034
ports="521/udp"
packages="bird2"
filter='udp port PORT'
notes="IPv6 only (link-local, ff02::9)"

start() {
  cat >b.conf <<E
router id $SERVER;
protocol device { scan time 2; }
protocol static { ipv6; route 2001:db8:1::/48 blackhole; }
protocol rip ng { ipv6 { import all; export all; }; interface "lab0" { update time 4; }; }
E
  exec bird -f -c b.conf -s /lab/b.ctl -P /lab/b.pid
}

client() {
  sed "s/router id .*/router id $CLIENT;/; s/db8:1/db8:2/; s/lab0/lab0/" b.conf >c.conf
  bird -f -c c.conf -s /lab/c.ctl -P /lab/c.pid &
  p=$!
  sleep 7
  birdc -s /lab/c.ctl show route
  kill $p
}
