# shellcheck shell=bash disable=SC2034
ports="990/tcp"
packages="vsftpd lftp openssl"
protocol="tls"

start() {
  certificate
  mkdir -p ftp empty
  echo file >ftp/f
  chmod 555 ftp
  cat >vsftpd.conf <<E
listen=YES
listen_address=$SERVER
listen_port=$PORT
anonymous_enable=YES
local_enable=NO
anon_root=/lab/ftp
background=NO
secure_chroot_dir=/lab/empty
ssl_enable=YES
implicit_ssl=YES
allow_anon_ssl=YES
require_ssl_reuse=NO
rsa_cert_file=/lab/cert.pem
rsa_private_key_file=/lab/key.pem
seccomp_sandbox=NO
E
  exec vsftpd /lab/vsftpd.conf
}

client() { lftp -e 'set net:timeout 8; set ssl:verify-certificate no; ls; bye' ftps://$SERVER:$PORT; }
