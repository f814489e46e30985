# shellcheck shell=bash disable=SC2034
ports="631/udp"
packages="cups-daemon cups-browsed cups-client avahi-daemon"
protocol="cups-browse"
software="cups-browsed"
filter='udp port PORT'
patience=30
notes="broadcasts of the printers to and from port 631; one way"

start() { sleep 100000; }
listens=no

client() {
  mkdir -p /run/cups /run/dbus
  cat >/etc/cups/cupsd.conf <<EOF
Listen $CLIENT:631
Listen /run/cups/cups.sock
Browsing On
DefaultShared Yes
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
EOF
  cupsd -f &
  sleep 2
  lpadmin -p lp -E -v file:/dev/null -m raw -o printer-is-shared=true
  cat >/etc/cups/cups-browsed.conf <<EOF
BrowseLocalProtocols cups
BrowseRemoteProtocols cups
BrowseInterval 3
BrowseTimeout 20
EOF
  timeout 20 cups-browsed -d -c /etc/cups/cups-browsed.conf
  true
}
