# shellcheck shell=bash disable=SC2034
ports="727/udp 727/tcp 914/udp"
packages="openvpn openssl"

authority() { # a CA, and a certificate each for server and client
  local name
  mkdir -p ca
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=ca -keyout ca/key -out ca/cert
  for name in server client; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$name -keyout $name.key -out request
    openssl x509 -req -in request -CA ca/cert -CAkey ca/key -CAcreateserial -days 3650 -out $name.cert
  done
}

start() {
  authority
  exec openvpn --dev tun --server 10.7.0.0 255.255.255.0 --topology subnet --dh none --proto ${TRANSPORT/tcp/tcp-server} --local $SERVER \
    --port $PORT --ca ca/cert --cert server.cert --key server.key --keepalive 5 30 --verb 1
}

client() {
  timeout 6 openvpn --dev tun --client --proto ${TRANSPORT/tcp/tcp-client} --remote $SERVER $PORT --nobind --ca ca/cert --cert client.cert \
    --key client.key --keepalive 2 30 --verb 1
  true
}
