# shellcheck shell=bash disable=SC2034
ports="513/udp"
packages="rwhod rwho"
protocol="rwho"
filter='udp port PORT'
after=1
notes="broadcasts a status packet at start and every three minutes, from and to port 513; never answers; goes into the background by itself"

start() {
  chmod 777 /var/spool/rwho
  rwhod -bf
}

client() { # a second rwhod at the client's side
  chmod 777 /var/spool/rwho
  rwhod -bf
  sleep 2
  ruptime
}
