# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="swtpm tpm2-tools"
filter='host SERVER and tcp and (port PORT or port 725)'
notes="TPM 2.0 commands; beside them the control channel (725)"

start() {
  mkdir state
  exec swtpm socket --tpm2 --server type=tcp,port=$PORT,bindaddr=$SERVER --ctrl type=tcp,port=$((PORT + 1)),bindaddr=$SERVER --tpmstate dir=/lab/state --flags not-need-init,startup-clear
}

client() { tpm2_getrandom -T swtpm:host=$SERVER,port=$PORT --hex 8; }
