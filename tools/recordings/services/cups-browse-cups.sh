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
  printf 'Listen %s:631\nListen /run/cups/cups.sock\nBrowsing On\nDefaultShared Yes\n<Location />\nOrder allow,deny\nAllow all\n</Location>\n<Policy default>\n<Limit All>\nOrder deny,allow\n</Limit>\n</Policy>\n' $CLIENT >/etc/cups/cupsd.conf
  cupsd -f &
  sleep 2
  lpadmin -p lp -E -v file:/dev/null -m raw -o printer-is-shared=true
  printf 'BrowseLocalProtocols cups\nBrowseRemoteProtocols cups\nBrowseInterval 3\nBrowseTimeout 20\n' >/etc/cups/cups-browsed.conf
  timeout 20 cups-browsed -d -c /etc/cups/cups-browsed.conf
  true
}
