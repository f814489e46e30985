# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="python3-zmq"
notes="724: REQ and REP, 801: PUB and SUB"

start() {
  exec python3 - <<E
import time, zmq
context = zmq.Context()
if $PORT == 724:
    s = context.socket(zmq.REP)
    s.bind('tcp://$SERVER:$PORT')
    while True:
        s.send(s.recv()[::-1])
s = context.socket(zmq.PUB)
s.bind('tcp://$SERVER:$PORT')
while True:
    s.send(b'lab tick')
    time.sleep(0.5)
E
}

client() {
  python3 - <<E
import zmq
s = zmq.Context().socket(zmq.REQ if $PORT == 724 else zmq.SUB)
s.connect('tcp://$SERVER:$PORT')
if $PORT != 724:
    s.subscribe('lab')
for n in range(3):
    if $PORT == 724:
        s.send(b'hello %d' % n)
    print(s.recv())
E
}
