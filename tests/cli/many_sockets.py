#!/usr/bin/env python3
"""Opens sockets of every kind in the network namespace that it is in, runs the command that follows, and ends with its status.

usage: many_sockets.py COMMAND ARGUMENT...

More than forty listeners: TCP and UDP, IPv4, IPv6 and both, bound to one address or to all, several on one port, some held by two
processes, by another one, or by one that has moved to another namespace since; and connections between them.
"""
import ctypes
import os
import socket
import subprocess
import sys

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
OPEN = []  # keeps them open


def make(family, kind, address, reuse=False, only_v6=None):
    one = socket.socket(family, kind)
    if reuse:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if only_v6 is not None:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only_v6)
    one.bind(address)
    if kind == socket.SOCK_STREAM:
        one.listen(8)
    OPEN.append(one)
    return one


def open_listeners():
    for kind, port in ((socket.SOCK_STREAM, 600), (socket.SOCK_DGRAM, 600)):
        for number in range(5):
            make(socket.AF_INET, kind, ("127.0.0.1", port + number))
            make(socket.AF_INET, kind, ("0.0.0.0", port + 10 + number))
            make(socket.AF_INET6, kind, ("::1", port + 20 + number), only_v6=1)
            make(socket.AF_INET6, kind, ("::", port + 30 + number), only_v6=number % 2)
        for _ in range(3):
            make(socket.AF_INET, kind, ("127.0.0.1", port + 40), reuse=True)


def connect():
    """Connections from a watched port, to one, and over IPv4 to a socket of IPv6."""
    for address, port in (("127.0.0.1", 600), ("127.0.0.1", 630)):
        client = socket.create_connection((address, port), source_address=(address, port + 300))
        OPEN.append(client)
        server = next(s for s in OPEN if s.type == socket.SOCK_STREAM and s.getsockname()[1] == port)
        OPEN.append(server.accept()[0])
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.connect(("127.0.0.1", 601))
    OPEN.append(datagrams)


def fork(work):
    """A process that does the work and lives until this one ends."""
    ready, done = os.pipe()
    wait, _keep = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(_keep)
        work()
        os.write(done, b"!")
        os.read(wait, 1)
        os._exit(0)
    os.close(wait)
    os.read(ready, 1)


def hold_elsewhere():
    """Opens a listener in a namespace of its own, and comes back without it."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    if LIBC.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    make(socket.AF_INET, socket.SOCK_STREAM, ("0.0.0.0", 651))
    if LIBC.setns(home, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def leave_with_one():
    """Opens a listener here and goes elsewhere with it."""
    make(socket.AF_INET, socket.SOCK_STREAM, ("0.0.0.0", 652))
    if LIBC.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


def main():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    open_listeners()
    connect()
    # Forked now, and holding all of these as well.
    fork(lambda: None)
    for one in OPEN:
        os.set_inheritable(one.fileno(), False)
    fork(lambda: (OPEN.clear(), make(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 650))))
    fork(lambda: (OPEN.clear(), hold_elsewhere()))
    fork(lambda: (OPEN.clear(), leave_with_one()))
    sys.exit(subprocess.run(sys.argv[1:], check=False).returncode)


if __name__ == "__main__":
    main()
