# shellcheck shell=bash disable=SC2034
ports="801/tcp 596/tcp"
packages="postgresql-15 postgresql-client-15"
notes="801 in the clear; 596 from the question for TLS on, which the server grants"

start() {
  local tls=off
  certificate
  echo lab >password
  mkdir db
  chown postgres db key.pem
  chmod 600 key.pem
  [ $PORT = 596 ] && tls=on
  cd /tmp || exit
  as postgres /usr/lib/postgresql/15/bin/initdb -D /lab/db -A scram-sha-256 -U lab --pwfile=/lab/password -E UTF8
  echo "host all all 198.18.10.0/24 scram-sha-256" >>/lab/db/pg_hba.conf
  exec setpriv --reuid postgres --regid postgres --clear-groups /usr/lib/postgresql/15/bin/postgres -D /lab/db -h $SERVER -p $PORT -k /tmp -c ssl=$tls \
    -c ssl_cert_file=/lab/cert.pem -c ssl_key_file=/lab/key.pem -c fsync=off -c shared_buffers=1MB
}

client() { PGPASSWORD=lab psql -h $SERVER -p $PORT -U lab -d postgres -c 'select version()' -c 'select 1 + 1'; }
