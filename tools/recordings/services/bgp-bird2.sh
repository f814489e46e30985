# shellcheck shell=bash disable=SC2034
ports="724/tcp 646/tcp"
packages="bird2"

start() {
  cat >server.conf <<E
router id $SERVER;
protocol device { }
protocol static { ipv4; route 203.0.113.0/24 blackhole; }
protocol bgp { local $SERVER port $PORT as 65001; neighbor $CLIENT as 65002; passive; ipv4 { import all; export all; }; }
E
  exec bird -f -c server.conf -s /run/bird.ctl
}

client() {
  cat >client.conf <<E
router id $CLIENT;
protocol device { }
protocol static { ipv4; route 192.0.2.0/24 blackhole; }
protocol bgp { local $CLIENT as 65002; neighbor $SERVER port $PORT as 65001; connect delay time 1; ipv4 { import all; export all; }; }
E
  bird -f -c client.conf -s /run/bird.ctl &
  sleep 5
  birdc -s /run/bird.ctl show route
  birdc -s /run/bird.ctl down
  sleep 0.5
}
