# shellcheck shell=bash disable=SC2034
ports="596/tcp"
packages="nginx-light curl openssl"
protocol="tls"

start() {
  certificate
  nginx_site "$SERVER:$PORT ssl" "ssl_certificate /lab/cert.pem; ssl_certificate_key /lab/key.pem;"
}

client() { curl -sk https://$SERVER:$PORT/; }
