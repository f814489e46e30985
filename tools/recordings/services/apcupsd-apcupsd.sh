# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages=""
unpacked="apcupsd libusb-0.1-4"
notes="the network information server (NIS) of apcupsd"

start() {
  printf '## apcupsd.conf v1.1 ##\nUPSNAME lab\nUPSCABLE ether\nUPSTYPE net\nDEVICE 127.0.0.1:1\nNETSERVER on\nNISIP %s\nNISPORT %s\nLOCKFILE /run\nSCRIPTDIR /etc/apcupsd\nPWRFAILDIR /run\nNOLOGINDIR /run\nEVENTSFILE /lab/events\n' $SERVER $PORT >apcupsd.conf
  exec apcupsd -b -f /lab/apcupsd.conf
}

client() {
  apcaccess -h $SERVER:$PORT status
  true
}
