# shellcheck shell=bash disable=SC2034
ports="801/udp"
packages="ffmpeg"
most=40
after=1
patience=30

start() { exec ffmpeg -loglevel error -i "srt://$SERVER:$PORT?mode=listener&listen_timeout=60000000" -f null -; }

client() {
  timeout 8 ffmpeg -loglevel error -re -f lavfi -i sine=frequency=440:sample_rate=8000 -t 2 -c:a mp2 -ar 16000 -f mpegts "srt://$SERVER:$PORT?mode=caller"
  true
}
