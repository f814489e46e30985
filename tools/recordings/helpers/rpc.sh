# shellcheck shell=bash
rpc_inetd() { # PROGRAM VERSION,... TRANSPORT DAEMON: one program on our port, and the port mapper that tells of it
  local program=$1 versions=$2 transport=$3 daemon=$4
  mkdir -p /run/rpcbind
  rpcbind -w
  sleep 1
  python3 - <<E
import socket, struct
for version in ($versions,):  # PMAPPROC_SET
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(('127.0.0.1', 0))
    s.sendto(struct.pack('>14I', version, 0, 2, 100000, 2, 1, 0, 0, 0, 0, $program, version, 17 if '$transport' == 'udp' else 6, $PORT), ('127.0.0.1', 111))
    print(s.recv(100).hex())
E
  inetd_service "$SERVER:$PORT dgram udp wait root /usr/sbin/$daemon $daemon"
}
ganesha() { # NFS-PORT MOUNT-PORT: an export /mem that lives in memory
  cat >ganesha.conf <<E
NFS_CORE_PARAM { NFS_Port = $1; MNT_Port = $2; NLM_Port = 0; Rquota_Port = 0; Enable_NLM = false; Enable_RQUOTA = false; Bind_addr = $SERVER; }
NFSv4 { Graceless = true; RecoveryRoot = "/tmp"; }
EXPORT { Export_Id = 1; Path = /mem; Pseudo = /mem; Access_Type = RW; Squash = No_Root_Squash; SecType = sys; FSAL { Name = MEM; } }
E
  mkdir -p /run/rpcbind /run/ganesha /var/lib/nfs/ganesha
  rpcbind -w
  sleep 1
  exec ganesha.nfsd -F -f /lab/ganesha.conf -L /lab/ganesha.log -p /run/ganesha.pid
}
