# shellcheck shell=bash disable=SC2034
ports="781/tcp"
packages="vsftpd lftp"
filter='host SERVER and (port PORT or portrange 40000-40010)'

start() {
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
pasv_min_port=40000
pasv_max_port=40010
seccomp_sandbox=NO
E
  exec vsftpd /lab/vsftpd.conf
}

client() { lftp -e 'set net:timeout 8; ls; cat f; bye' ftp://$SERVER:$PORT; }
