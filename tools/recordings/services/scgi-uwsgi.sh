# shellcheck shell=bash disable=SC2034
ports="725/tcp"
packages="uwsgi-core uwsgi-plugin-python3 nginx-light curl"
notes="the client is nginx"

start() {
  printf "def application(environ, start_response):\n    start_response('200 OK', [('Content-Type', 'text/plain')])\n    return [b'hello']\n" >app.py
  exec uwsgi --plugin python3 --scgi-socket $SERVER:$PORT --chdir /lab --module app --master
}

client() {
  (nginx_site 127.0.0.1:8000 "location / { include /etc/nginx/scgi_params; scgi_pass $SERVER:$PORT; }") &
  sleep 1
  curl -s http://127.0.0.1:8000/a?b=1
}
