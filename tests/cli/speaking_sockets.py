#!/usr/bin/env python3
"""Opens listeners that speak, in the network namespace that it is in and in another one, runs the command that follows, and ends with its status.

usage: speaking_sockets.py COMMAND ARGUMENT...

  0.0.0.0:596/tcp    SSH            127.0.0.1:596/tcp  SMTP, on the same port, which the kernel prefers
  127.0.0.1:640/tcp  SSH, in two sockets that share the port
  127.0.0.1:724/tcp  says nothing   127.0.0.1:725/tcp  hangs up
  [::1]:801/tcp      HTTP           127.0.0.1:615/udp  DNS
  127.0.0.1:597/tcp  SSH, in a network namespace of its own
"""
import ctypes
import os
import socket
import subprocess
import sys
import threading

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
SSH = b"SSH-2.0-OpenSSH_9.2\r\n"
SMTP = b"220 mail.example.org ESMTP ready\r\n"
HTTP = b"HTTP/1.0 200 OK\r\nServer: example\r\nContent-Length: 0\r\n\r\n"


def listen(family, address, serve):
    one = socket.socket(family, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind(address)
    one.listen(64)

    def accept():
        while True:
            line, _ = one.accept()
            threading.Thread(target=serve_one, args=(serve, line), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()


def serve_one(serve, line):
    with line:
        try:
            serve(line)
        except OSError:
            pass  # whoever asked is gone


def greet(text):
    def serve(line):
        line.sendall(text)
        stay_mute(line)
    return serve


def stay_mute(line):
    while line.recv(4096):
        pass


def hang_up(_):
    pass


def answer_requests(line):
    if b"HTTP/1" in line.recv(4096):
        line.sendall(HTTP)
        line.shutdown(socket.SHUT_WR)
    stay_mute(line)


def answer_names():
    """Refuses every DNS question (RFC 1035, section 4.1.1: QR set, RCODE 5), and says nothing to anything else."""
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind(("127.0.0.1", 615))

    def answer():
        while True:
            question, asker = one.recvfrom(4096)
            if len(question) > 16 and question[4:12] == b"\0\1" + bytes(6):
                one.sendto(question[:2] + b"\x81\x85" + question[4:], asker)
    threading.Thread(target=answer, daemon=True).start()


def serve_elsewhere():
    ready, done = os.pipe()
    wait, _keep = os.pipe()
    if os.fork() == 0:
        os.close(_keep)
        if LIBC.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        listen(socket.AF_INET, ("127.0.0.1", 597), greet(SSH))
        os.write(done, b"!")
        os.read(wait, 1)
        os._exit(0)
    os.close(wait)
    os.read(ready, 1)
    return _keep


def main():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    keep = serve_elsewhere()
    listen(socket.AF_INET, ("0.0.0.0", 596), greet(SSH))
    listen(socket.AF_INET, ("127.0.0.1", 596), greet(SMTP))
    listen(socket.AF_INET, ("127.0.0.1", 640), greet(SSH))
    listen(socket.AF_INET, ("127.0.0.1", 640), greet(SSH))
    listen(socket.AF_INET, ("127.0.0.1", 724), stay_mute)
    listen(socket.AF_INET, ("127.0.0.1", 725), hang_up)
    listen(socket.AF_INET6, ("::1", 801), answer_requests)
    answer_names()
    status = subprocess.run(sys.argv[1:], check=False).returncode
    os.close(keep)
    sys.exit(status)


if __name__ == "__main__":
    main()
