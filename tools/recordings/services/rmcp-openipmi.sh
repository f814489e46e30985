# shellcheck shell=bash disable=SC2034
ports="623/udp 641/udp"
packages="openipmi ipmitool freeipmi-tools"
protocol="ipmi rmcp"
notes="Get Channel Authentication Capabilities is answered without a login; RMCP ASF ping too"

start() {
  mkdir -p st
  cat >lan.conf <<E
name "lab"
set_working_mc 0x20
  startlan 1
    addr $SERVER $PORT
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
  user 1 true  ""        "test" user     10 none md2 md5 straight
  user 2 true  "ipmiusr" "test" admin    10 none md2 md5 straight
E
  cat >emu <<EOF
mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
sel_enable 0x20 1000 0x0a
mc_enable 0x20
EOF
  exec ipmi_sim -c lan.conf -f emu -s st -n
}

client() {
  ipmitool -I lan -H $SERVER -p $PORT -U ipmiusr -P test mc info
  ipmitool -I lanplus -H $SERVER -p $PORT -U ipmiusr -P test mc info | head -3
  rmcpping -c 2 $SERVER
  ipmiping -c 2 $SERVER
}
