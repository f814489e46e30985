# shellcheck shell=bash disable=SC2034
ports="718/tcp 801/tcp"
packages="mosquitto mosquitto-clients"
notes="718: MQTT 3.1.1, 801: MQTT 5"

start() {
  cat >mosquitto.conf <<EOF
listener $PORT $SERVER
allow_anonymous true
user root
EOF
  exec mosquitto -c mosquitto.conf
}

client() {
  local version=311
  [ $PORT = 801 ] && version=5
  timeout 4 mosquitto_sub -V $version -h $SERVER -p $PORT -t 'lab/#' -C 1 &
  sleep 1
  mosquitto_pub -V $version -h $SERVER -p $PORT -t lab/a -m hello -q 1
  wait
}
