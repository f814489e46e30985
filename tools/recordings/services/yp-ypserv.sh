# shellcheck shell=bash disable=SC2034
ports="834/tcp"
packages="ypserv rpcbind yp-tools"
protocol="ypserv onc-rpc"
filter='host SERVER and port PORT'
notes="ONC RPC, program 100004; TCP and UDP; RPC daemons take such reserved ports at random"

start() {
  mkdir -p /run/rpcbind
  rpcbind -f -w -h $SERVER &
  sleep 1
  mkdir /var/yp/lab.test
  printf 'a 1\n' | /usr/lib/yp/makedbm - /var/yp/lab.test/hosts.byname
  domainname lab.test 2>/dev/null
  exec ypserv -p $PORT -d 2>&1
}

client() {
  python3 - $SERVER <<'E'
import socket,struct,sys
for t in ('tcp','udp'):
    for proc,arg in ((0,b''),(1,struct.pack('>I',8)+b'lab.test'),(3,struct.pack('>I',8)+b'lab.test'+struct.pack('>I',12)+b'hosts.byname'+struct.pack('>I',1)+b'a\0\0\0')):
        m=struct.pack('>IIIIIIIIII',7+proc,0,2,100004,2,proc,0,0,0,0)+arg
        s=socket.socket(socket.AF_INET,socket.SOCK_STREAM if t=='tcp' else socket.SOCK_DGRAM); s.settimeout(2); s.connect((sys.argv[1],834))
        s.send((struct.pack('>I',0x80000000|len(m)) if t=='tcp' else b'')+m)
        try: print(t,proc,s.recv(500).hex())
        except OSError as e: print(e)
E
}
