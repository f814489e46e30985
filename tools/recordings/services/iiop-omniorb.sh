# shellcheck shell=bash disable=SC2034
ports="683/tcp 724/tcp"
packages="omniorb-nameserver omniorb"
protocol="giop"
notes="GIOP: silent at connect; a LocateRequest for an unknown key is answered"

start() {
  mkdir l
  exec omniNames -start $PORT -logdir /lab/l -errlog /lab/e -ORBendPoint giop:tcp:$SERVER:$PORT -ORBendPointPublish giop:tcp:$SERVER:$PORT
}

client() {
  nameclt -ORBInitRef NameService=corbaloc:iiop:$SERVER:$PORT/NameService list
  nameclt -ORBInitRef NameService=corbaloc:iiop:$SERVER:$PORT/NameService bind_new_context lab
  nameclt -ORBInitRef NameService=corbaloc:iiop:$SERVER:$PORT/NameService list
}
