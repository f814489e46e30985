# shellcheck shell=bash disable=SC2034
ports="724/udp"
packages="ffmpeg"
protocol="rtp rtcp"
most=16
filter='host SERVER and udp and (port PORT or port 725)'
notes="RTP with RTCP beside it (725); one way"

start() {
  cat >lab.sdp <<EOF
v=0
o=- 0 0 IN IP4 $CLIENT
s=lab
c=IN IP4 $SERVER
t=0 0
m=audio $PORT RTP/AVP 0
EOF
  exec ffmpeg -loglevel error -protocol_whitelist file,udp,rtp -i /lab/lab.sdp -f null -
}

client() {
  timeout 8 ffmpeg -loglevel error -re -f lavfi -i sine=frequency=440:sample_rate=8000 -t 6 -c:a pcm_mulaw -f rtp "rtp://$SERVER:$PORT?pkt_size=332"
  true
}
