# shellcheck shell=bash
postfix_with() { # MASTER-LINE...: takes any mail and throws it away
  local line
  certificate
  mkdir -p queue data
  chown postfix data
  cp -r /etc/postfix conf
  cat >conf/main.cf <<E
compatibility_level = 3.6
queue_directory = /lab/queue
data_directory = /lab/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = $SERVER
inet_protocols = ipv4
myhostname = mail.lab.test
mydestination = lab.test
mynetworks = 198.18.10.0/24
maillog_file = /var/log/postfix.log
smtpd_tls_cert_file = /lab/cert.pem
smtpd_tls_key_file = /lab/key.pem
smtpd_tls_security_level = may
qmqpd_authorized_clients = 198.18.10.0/24
local_recipient_maps =
alias_maps =
alias_database =
default_transport = discard
local_transport = discard
mailbox_transport = discard
E
  printf '%s\n' "$@" >conf/master.cf
  for line in 'pickup unix n - n 60 1 pickup' 'cleanup unix n - n - 0 cleanup' 'qmgr unix n - n 300 1 qmgr' \
    'rewrite unix - - n - - trivial-rewrite' 'bounce unix - - n - 0 bounce' 'defer unix - - n - 0 bounce' \
    'trace unix - - n - 0 bounce' 'verify unix - - n - 1 verify' 'discard unix - - n - - discard' 'error unix - - n - - error' \
    'anvil unix - - n - 1 anvil' 'tlsmgr unix - - n 1000? 1 tlsmgr' 'scache unix - - n - 1 scache' \
    'postlog unix-dgram n - n - 1 postlogd' 'proxymap unix - - n - - proxymap'; do
    echo "$line" >>conf/master.cf
  done
  chmod 755 .
  postfix -c /lab/conf start-fg
}
