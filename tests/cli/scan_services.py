"""Small services for the tests of `oddport scan`: on every address of the namespace, until standard input ends.

    scan_services.py READY_FILE
"""
import os
import socket
import sys
import threading

RIP_RESPONSE = bytes([2, 2, 0, 0,  # response, version 2 (RFC 2453, section 4)
                      0, 2, 0, 0, 198, 18, 1, 0, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 1])


def say(text):
    def manner(caller):
        caller.sendall(text)
        caller.settimeout(20)
        while caller.recv(4096):
            pass
    return manner


def http(caller):
    caller.settimeout(20)
    if b"HTTP/1." in caller.recv(4096):
        caller.sendall(b"HTTP/1.1 200 OK\r\nServer: small\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")


def mute(caller):
    caller.settimeout(20)
    while caller.recv(4096):
        pass


SERVICES = {
    596: say(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"),
    801: http,
    873: say(b"@RSYNCD: 31.0\n"),
    999: mute,
}


def attend(caller, manner):
    try:
        manner(caller)
    except OSError:
        pass
    caller.close()


def serve(listener, manner):
    while True:
        caller, _ = listener.accept()
        threading.Thread(target=attend, args=(caller, manner), daemon=True).start()


def answer_rip(server):
    server.setsockopt(socket.IPPROTO_IP, 8, 1)  # IP_PKTINFO: the answer leaves from the address that was asked
    while True:
        data, control, _, client = server.recvmsg(4096, 256)
        if data[:1] == b"\x01":
            server.sendmsg([RIP_RESPONSE], [(socket.IPPROTO_IP, 8, b"\0\0\0\0" + value[4:8] + b"\0\0\0\0")
                                            for _, _, value in control], 0, client)


def refuse_files(server):
    """TFTP (RFC 1350, section 4): the answer comes from a port of its own."""
    server.setsockopt(socket.IPPROTO_IP, 8, 1)  # IP_PKTINFO
    while True:
        data, control, _, client = server.recvmsg(4096, 256)
        if data[:2] != b"\0\1" or not data.endswith(b"octet\0"):
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.sendmsg([b"\0\5\0\1File not found\0"], [(socket.IPPROTO_IP, 8, b"\0\0\0\0" + value[4:8] + b"\0\0\0\0")
                                                         for _, _, value in control], 0, client)


for port, manner in SERVICES.items():
    listener = socket.create_server(("0.0.0.0", port), backlog=256)
    threading.Thread(target=serve, args=(listener, manner), daemon=True).start()
rip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
rip.bind(("0.0.0.0", 520))
threading.Thread(target=answer_rip, args=(rip,), daemon=True).start()
tftp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
tftp.bind(("0.0.0.0", 756))
threading.Thread(target=refuse_files, args=(tftp,), daemon=True).start()
open(sys.argv[1], "w").close()
sys.stdin.read()
os._exit(0)
