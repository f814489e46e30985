# shellcheck shell=bash disable=SC2034
ports="801/tcp"
packages="dovecot-managesieved ncat"

start() { dovecot_with sieve no "$(dovecot_listener managesieve-login sieve $PORT)"; }

client() {
  # "bGFi" twice: user and password lab
  say 0.7 'CAPABILITY\r\n' 'AUTHENTICATE "PLAIN" "AGxhYgBsYWI="\r\n' 'LISTSCRIPTS\r\n' 'PUTSCRIPT "a" {6+}\r\nkeep;\n\r\n' 'LOGOUT\r\n' | ncat $SERVER $PORT
}
