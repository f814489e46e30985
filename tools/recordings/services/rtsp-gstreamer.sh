# shellcheck shell=bash disable=SC2034
ports="554/tcp 724/tcp"
packages="gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-base gstreamer1.0-plugins-good ffmpeg"

start() { exec /usr/bin/python3 -c "
import gi; gi.require_version('Gst','1.0'); gi.require_version('GstRtspServer','1.0')
from gi.repository import Gst,GstRtspServer,GLib
Gst.init(None); s=GstRtspServer.RTSPServer(); s.set_address('$SERVER'); s.set_service('$PORT')
f=GstRtspServer.RTSPMediaFactory(); f.set_launch('( audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay name=pay0 pt=0 )'); f.set_shared(True)
s.get_mount_points().add_factory('/test',f); s.attach(None); GLib.MainLoop().run()"; }
client() { timeout 20 ffmpeg -loglevel error -rtsp_transport tcp -i rtsp://$SERVER:$PORT/test -t 1 -f null -; }
