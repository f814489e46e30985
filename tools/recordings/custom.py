#!/usr/bin/env python3
"""Small servers and clients of protocols that nobody knows: custom.py server|client KIND tcp|udp ADDRESS PORT

KIND: random (noise each way), framedhello (a length and noise; the server begins), echo, silent (never answers), close (at once),
ascii (a home-made text protocol).
"""
import os
import random
import socket
import struct
import sys
import threading
import time


def framed(size):
    return struct.pack(">I", size) + os.urandom(size)


# What a TCP server says at once, and what it answers; None: nothing.
GREETINGS = {
    "random": lambda: os.urandom(random.randint(40, 90)),
    "framedhello": lambda: framed(96),
    "ascii": lambda: b"~zq7 rdy\x1e",
}
ANSWERS = {
    "random": lambda question: os.urandom(random.randint(30, 300)),
    "framedhello": lambda question: framed(random.randint(48, 200)),
    "echo": lambda question: question,
    "ascii": lambda question: b"~zq7 %d ack\x1e" % len(question),
    "silent": None,
    "close": None,
}
QUESTIONS = {
    "random": lambda n: os.urandom(64),
    "framedhello": lambda n: framed(72),
    "echo": lambda n: b"ping %d\n" % n,
    "silent": lambda n: os.urandom(20),
    "ascii": lambda n: b"~zq7 put k%d v%d\x1e" % (n, n * n),
}


def serve_connection(connection, kind):
    with connection:
        connection.settimeout(60)
        if kind == "close":
            return
        if kind in GREETINGS:
            connection.sendall(GREETINGS[kind]())
        while question := connection.recv(4096):
            if ANSWERS[kind]:
                connection.sendall(ANSWERS[kind](question))


def serve_tcp(kind, address):
    listener = socket.create_server(address)
    while True:
        threading.Thread(target=serve_connection, args=(listener.accept()[0], kind), daemon=True).start()


def serve_udp(kind, address):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(address)
    while True:
        question, who = s.recvfrom(65535)
        if ANSWERS[kind]:
            s.sendto(ANSWERS[kind](question), who)


def ask(s, kind, listens_first):
    def read():
        try:
            s.recv(4096)
        except OSError:
            pass

    if listens_first:
        read()
    for n in range(4 if kind in QUESTIONS else 0):
        s.sendall(QUESTIONS[kind](n))
        if kind != "silent":
            read()
        time.sleep(0.2)


def main(side, kind, transport, host, port):
    address = (host, int(port))
    if side == "server":
        (serve_tcp if transport == "tcp" else serve_udp)(kind, address)
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM)
    s.settimeout(2)
    s.connect(address)
    ask(s, kind, transport == "tcp" and (kind in GREETINGS or kind == "close"))


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
