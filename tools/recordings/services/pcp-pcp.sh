# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="pcp"
notes="Performance Co-Pilot"

start() {
  mkdir -p /run/pcp /var/log/pcp/pmcd
  (cd /var/lib/pcp/pmns && ./Rebuild)
  exec /usr/lib/pcp/bin/pmcd -f -A -i $SERVER -p $PORT -U root -l /lab/pmcd.log
}

client() {
  export PMCD_PORT=$PORT
  pmprobe -h $SERVER -v pmcd.numagents pmcd.version
  pminfo -h $SERVER -f pmcd.hostname
}
