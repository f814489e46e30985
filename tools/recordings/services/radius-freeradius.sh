# shellcheck shell=bash disable=SC2034
ports="768/udp"
packages="freeradius freeradius-utils"
notes="drops datagrams from clients that it does not know"

start() {
  mkdir r
  cat >r/radiusd.conf <<E
prefix = /usr
logdir = /lab
libdir = /usr/lib/freeradius
pidfile = /lab/p
log {
  destination = stdout
}
security {
  allow_core_dumps = no
  status_server = yes
}
client lab {
  ipaddr = 198.18.10.0/24
  secret = labsecret
}
thread pool {
  start_servers = 1
  max_servers = 2
  min_spare_servers = 1
  max_spare_servers = 1
  max_requests_per_server = 0
}
modules {
  pap {
  }
}
server d {
  listen {
    type = auth
    ipaddr = $SERVER
    port = $PORT
  }
  authorize {
    if (&User-Name == "lab") {
      update control {
        Cleartext-Password := "lab"
      }
      pap
    }
  }
  authenticate {
    Auth-Type PAP {
      pap
    }
  }
}
E
  exec freeradius -f -d /lab/r -n radiusd -D /usr/share/freeradius -l stdout
}

client() {
  echo 'User-Name=lab,User-Password=lab' | radclient -x $SERVER:$PORT auth labsecret
  echo 'User-Name=lab,User-Password=bad' | radclient -x -r 1 $SERVER:$PORT auth labsecret
  true
}
