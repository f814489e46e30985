# shellcheck shell=bash disable=SC2034
ports="793/tcp"
packages="mpd mpc"

start() {
  cat >m.conf <<EOF
bind_to_address "$SERVER"
port "$PORT"
music_directory "/lab"
playlist_directory "/lab"
db_file "/lab/db"
log_file "/lab/l"
audio_output {
 type "null"
 name "n"
}
EOF
  exec mpd --no-daemon m.conf
}

client() {
  mpc -h $SERVER -p $PORT status
  mpc -h $SERVER -p $PORT stats
}
