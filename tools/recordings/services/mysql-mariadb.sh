# shellcheck shell=bash disable=SC2034
ports="997/tcp"
packages="mariadb-server mariadb-client"
notes="greeting packet at connect"

start() {
  mkdir db
  chown mysql db
  mariadb-install-db --no-defaults --user=mysql --datadir=/lab/db --skip-test-db --auth-root-authentication-method=normal >i.log 2>&1
  printf "GRANT ALL ON *.* TO 'lab'@'%%' IDENTIFIED BY 'lab';\n" >init.sql
  chmod 755 .
  exec mariadbd --no-defaults --user=mysql --datadir=/lab/db --bind-address=$SERVER --port=$PORT --socket=/lab/db/s --init-file=/lab/init.sql --innodb-buffer-pool-size=8M --skip-name-resolve
}

client() { mariadb --no-defaults -h $SERVER -P $PORT -u lab -plab -e 'select version(); show databases'; }
