# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="dcmtk"

start() { exec storescp -od /tmp $PORT; }

client() { echoscu -aet LAB -aec STORE $SERVER $PORT; }
