# shellcheck shell=bash disable=SC2034
ports="641/tcp"
packages="dovecot-lmtpd ncat"
protocol="lmtp smtp"

start() { dovecot_with lmtp no "$(dovecot_listener lmtp lmtp $PORT)"; }

client() {
  say 0.7 'LHLO client.lab.test\r\n' 'MAIL FROM:<a@lab.test>\r\n' 'RCPT TO:<lab@lab.test>\r\n' 'DATA\r\n' 'Subject: one\r\n\r\nhello\r\n.\r\n' 'QUIT\r\n' |
    ncat $SERVER $PORT
}
