# shellcheck shell=bash disable=SC2034
ports="829/tcp"
packages="openssl"
protocol="http cmp"
notes="the mock server of openssl: CMP (RFC 4210) carried in HTTP (RFC 6712)"

start() {
  certificate
  exec openssl cmp -port $PORT -srv_ref lab -srv_secret pass:lab -rsp_cert cert.pem -rsp_capubs cert.pem
}

client() {
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out /tmp/new.pem
  openssl cmp -cmd ir -server $SERVER:$PORT -path pkix/ -ref lab -secret pass:lab -newkey /tmp/new.pem -subject /CN=lab.test -certout /tmp/new.crt -unprotected_errors
  true
}
