# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="dbus-daemon dbus-bin"

start() {
  cat >bus.conf <<E
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>tcp:host=$SERVER,bind=$SERVER,port=$PORT,family=ipv4</listen>
  <auth>ANONYMOUS</auth>
  <allow_anonymous/>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
E
  exec dbus-daemon --nofork --config-file=/lab/bus.conf
}

client() { dbus-send --bus=tcp:host=$SERVER,port=$PORT,family=ipv4 --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus.ListNames; }
