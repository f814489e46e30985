# shellcheck shell=bash disable=SC2034
ports="517/udp"
packages="openbsd-inetd talkd"
after=2
notes="old talk (CTL_MSG of 4.2BSD); only in.talkd of netkit; no packaged client speaks it any more"

start() { inetd_service "$SERVER:$PORT dgram udp wait root /usr/sbin/in.talkd in.talkd"; }

client() {
  python3 - $SERVER $PORT <<'E'
import socket,struct,sys
ip,port=sys.argv[1],int(sys.argv[2])
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(2); s.bind(('198.18.10.1',0)); me=s.getsockname()
def addr(p): return struct.pack('>HH4s8x',2,p,socket.inet_aton(me[0]))
# CTL_MSG: type, l_name[9], r_name[9], pad, id_num, pid, r_tty[16], addr, ctl_addr (netkit talkd with OTALK)
for t in (1,0,3,2):
    m=struct.pack('>B9s9sxII16s',t,b'root',b'lab',1,1000,b'')+addr(4000)+addr(me[1])
    s.sendto(m,(ip,port))
    try: print(s.recv(200).hex())
    except OSError as e: print(e)
E
}
