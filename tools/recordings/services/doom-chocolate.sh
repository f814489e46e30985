# shellcheck shell=bash disable=SC2034
ports="666/udp"
packages="chocolate-doom"
protocol="doom"
notes="Chocolate Doom packets begin with a 16-bit type and a magic number; not the protocol of the assignee"

start() { exec chocolate-server -port $PORT -privateserver; }

client() {
  timeout 4 chocolate-doom -query $SERVER:$PORT
  python3 - <<E
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(2)
s.sendto(struct.pack('>H', 13), ('$SERVER', $PORT))
print(s.recv(300).hex())
E
}
