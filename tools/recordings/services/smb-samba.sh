# shellcheck shell=bash disable=SC2034
ports="724/tcp 641/tcp"
packages="samba smbclient"
most=60

start() {
  mkdir -p share private
  echo hello >share/file
  cat >smb.conf <<E
[global]
 interfaces = $SERVER
 bind interfaces only = yes
 smb ports = $PORT
 map to guest = bad user
 private dir = /lab/private
 lock directory = /run/samba
 state directory = /run/samba
 cache directory = /run/samba
 pid directory = /run/samba
 ncalrpc dir = /run/samba/ncalrpc
 log file = /lab/smbd.log
 disable netbios = yes
 disable spoolss = yes
 load printers = no
[share]
 path = /lab/share
 guest ok = yes
E
  mkdir -p /run/samba/ncalrpc
  exec smbd -F --no-process-group -s /lab/smb.conf
}

client() { smbclient -N -p $PORT "//$SERVER/share" -c 'ls; get file /dev/null'; }
