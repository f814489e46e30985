# shellcheck shell=bash disable=SC2034
ports="738/tcp"
packages="etcd-server etcd-client"
protocol="http2 grpc"

start() { exec etcd --data-dir /lab/d --listen-client-urls http://$SERVER:$PORT --advertise-client-urls http://$SERVER:$PORT --listen-peer-urls http://127.0.0.1:12380 --log-level error; }

client() {
  ETCDCTL_API=3 etcdctl --endpoints=http://$SERVER:$PORT put a 1
  ETCDCTL_API=3 etcdctl --endpoints=http://$SERVER:$PORT get a
}
