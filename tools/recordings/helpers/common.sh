# Helpers of the services: on either side SERVER, CLIENT, PORT and TRANSPORT are set, and /lab, which both see, is the working folder.
# shellcheck shell=bash

lab_names() { # names of the two sides only; no name service is asked
  printf '127.0.0.1 localhost\n%s labserver server.lab.test\n%s labclient client.lab.test\n' "$SERVER" "$CLIENT" >/etc/hosts
  rm -f /etc/resolv.conf
  : >/etc/resolv.conf
}

lab_user() { # user lab, password lab, who may come from the client without one
  mkdir -p /home/lab
  echo 'lab:x:4321:4321:Lab User:/home/lab:/bin/bash' >>/etc/passwd
  echo 'lab:x:4321:' >>/etc/group
  echo 'lab:$6$lab$8Didkn.UcNG/jLg7V7QIVX8TXEUMaHiIjiDSTr0wAgIU0I3PLx3iJU9IWSsHB2a53VxKmQZAq1Hyy09qF/fXn1:19000:0:99999:7:::' >>/etc/shadow
  printf '%s root\n%s lab\n' "$CLIENT" "$CLIENT" >/home/lab/.rhosts
  chmod 600 /home/lab/.rhosts
  chown -R lab:lab /home/lab
}

as() { # USER COMMAND...
  local user=$1
  shift
  setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups --inh-caps +net_bind_service --ambient-caps +net_bind_service "$@"
}

certificate() { # [rsa:2048]: self-signed: cert.pem, key.pem, both.pem; a small one on P-256 unless told otherwise
  local kind=(ec -pkeyopt ec_paramgen_curve:P-256)
  [ $# -eq 0 ] || kind=("$1")
  openssl req -x509 -newkey "${kind[@]}" -nodes -days 3650 -subj /CN=lab.test \
    -addext "subjectAltName=DNS:lab.test,IP:$SERVER" -keyout key.pem -out cert.pem 2>/dev/null
  cat cert.pem key.pem >both.pem
  chmod 644 ./*.pem
}

inetd_service() { # LINE...: listeners through openbsd-inetd
  printf '%s\n' "$@" >inetd.conf
  exec inetd -d /lab/inetd.conf
}

say() { # SECONDS LINE...: the lines, one each so many seconds, and as much silence at the end
  local pause=$1 line
  shift
  for line; do
    sleep "$pause"
    printf '%b' "$line"
  done
  sleep "$pause"
}

in_terminal() { # COMMAND: for clients that insist on a terminal
  script -qec "$1" /dev/null
}
