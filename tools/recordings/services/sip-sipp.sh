# shellcheck shell=bash disable=SC2034
ports="724/udp 801/tcp"
packages="sip-tester sipsak"
notes="a call with SDP; over UDP OPTIONS of sipsak too"

transport_of() { if [ "$TRANSPORT" = tcp ]; then echo t1; else echo u1; fi; }

start() { exec sipp -sn uas -i $SERVER -p $PORT -t "$(transport_of)" -nostdin; }

client() {
  timeout 10 sipp -sn uac -i $CLIENT -t "$(transport_of)" -m 1 -d 200 -nostdin $SERVER:$PORT
  [ "$TRANSPORT" = tcp ] || timeout 5 sipsak -s sip:lab@$SERVER:$PORT -v
  true
}
