# shellcheck shell=bash disable=SC2034
ports="871/tcp"
packages="sup"
notes="CMU Software Upgrade Protocol (supfilesrv); binary messages, silent at connect and after the byte order word 04030201; answers the signon message"

start() {
  mkdir -p coll/sup/c1 /usr/lib/supfiles
  echo "upgrade ." >coll/sup/c1/list
  echo hello >coll/f
  sed -i '/supfilesrv/d' /etc/services
  printf 'supfilesrv 871/tcp\nsupfiledbg 1871/tcp\n' >>/etc/services
  exec supfilesrv -l -N
}

client() {
  sed -i '' /dev/null
  mkdir -p d
  echo "c1 host=$SERVER hostbase=/lab/coll base=/lab/d release=default delete old backup" >sf
  supscan -v c1 /lab/coll
  sup -v -N sf 2>&1 | head -20
  sup -vf sf
}
