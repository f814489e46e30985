# shellcheck shell=bash disable=SC2034
ports="512/tcp 724/tcp"
packages="openbsd-inetd gcc libc6-dev"
protocol="rexec"
unpacked="rsh-server"
notes="client is rexec(3) of glibc; the empty first string means no second connection for stderr"

start() { inetd_service "$SERVER:$PORT stream tcp nowait root /usr/sbin/in.rexecd in.rexecd"; }

client() {
  cat >rexec.c <<'E'
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char *host = argv[1], text[999];
  int got, fd = rexec(&host, htons(atoi(argv[2])), argv[3], argv[4], argv[5], 0);
  if (fd < 0) return 1;
  while ((got = read(fd, text, sizeof text)) > 0) write(1, text, got);
  return 0;
}
E
  gcc -w -o rexec rexec.c
  ./rexec $SERVER $PORT lab wrong id
  ./rexec $SERVER $PORT lab lab 'id; uname -s; ls /usr'
}
