# shellcheck shell=bash
nginx_site() { # LISTEN [DIRECTIVES]: one page
  mkdir -p html tmp
  echo '<h1>lab</h1>' >html/index.html
  cat >nginx.conf <<E
daemon off;
pid /lab/nginx.pid;
error_log /lab/nginx.log;
events {}
http {
  access_log off;
  client_body_temp_path /lab/tmp/body;
  proxy_temp_path /lab/tmp/proxy;
  fastcgi_temp_path /lab/tmp/fastcgi;
  uwsgi_temp_path /lab/tmp/uwsgi;
  scgi_temp_path /lab/tmp/scgi;
  server {
    listen $1;
    root /lab/html;
    ${2:-}
  }
}
E
  exec nginx -c /lab/nginx.conf -e /lab/nginx.log
}
