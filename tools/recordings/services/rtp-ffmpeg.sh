# shellcheck shell=bash disable=SC2034
ports="724/udp"
packages="ffmpeg"
most=16
filter='host SERVER and udp and (port PORT or port 725)'
notes="RTP with RTCP beside it (725); one way"

start() {
  printf 'v=0\no=- 0 0 IN IP4 %s\ns=lab\nc=IN IP4 %s\nt=0 0\nm=audio %s RTP/AVP 0\n' $CLIENT $SERVER $PORT >lab.sdp
  exec ffmpeg -loglevel error -protocol_whitelist file,udp,rtp -i /lab/lab.sdp -f null -
}

client() {
  timeout 8 ffmpeg -loglevel error -re -f lavfi -i sine=frequency=440:sample_rate=8000 -t 6 -c:a pcm_mulaw -f rtp "rtp://$SERVER:$PORT?pkt_size=332"
  true
}
