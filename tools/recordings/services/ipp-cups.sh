# shellcheck shell=bash disable=SC2034
ports="631/tcp 801/tcp"
packages="cups-daemon cups-client cups-ipp-utils"
settle=3

start() {
  mkdir -p c/cache c/spool c/state
  cat >c/cupsd.conf <<E
Listen $SERVER:$PORT
Listen /lab/c/sock
DefaultAuthType None
WebInterface Yes
ServerAlias *
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
E
  cat >c/cups-files.conf <<E
ServerRoot /lab/c
StateDir /lab/c/state
CacheDir /lab/c/cache
RequestRoot /lab/c/spool
AccessLog /lab/c/access
ErrorLog /lab/c/errors
PageLog /lab/c/pages
FileDevice Yes
E
  cupsd -f -c /lab/c/cupsd.conf -s /lab/c/cups-files.conf &
  sleep 1.5
  lpadmin -h /lab/c/sock -p lp -E -v file:/dev/null -m raw
  wait
}

client() {
  lpstat -h $SERVER:$PORT -p -v
  echo page >page
  lp -h $SERVER:$PORT -d lp page
  ipptool -tv ipp://$SERVER:$PORT/printers/lp get-printer-attributes.test | head -5
}
