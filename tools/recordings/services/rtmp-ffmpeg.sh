# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="ffmpeg"
most=40
listens=no

start() { while true; do ffmpeg -loglevel error -listen 1 -i rtmp://$SERVER:$PORT/live/lab -f null -; done; }

client() {
  sleep 1
  timeout 8 ffmpeg -loglevel error -f lavfi -i sine=frequency=440:sample_rate=11025 -t 1 -c:a adpcm_swf -ac 1 -f flv rtmp://$SERVER:$PORT/live/lab
  true
}
