# shellcheck shell=bash disable=SC2034
ports="722/tcp 529/tcp"
packages="ngircd ncat"

start() {
  cat >ngircd.conf <<E
[Global]
 Name = irc.lab.test
 Info = lab
 Listen = $SERVER
 Ports = $PORT
 ServerGID = nogroup
 ServerUID = irc
[Options]
 Ident = no
 PAM = no
 DNS = no
E
  exec ngircd -n -f /lab/ngircd.conf
}

client() { say 1 'NICK lab\r\nUSER lab 0 * :Lab\r\n' 'JOIN #lab\r\nPRIVMSG #lab :hi\r\nQUIT\r\n' | ncat $SERVER $PORT; }
