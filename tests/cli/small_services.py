#!/usr/bin/env python3
"""A few services of 500-1023 on the loopback, for the test of the nmap script: says "ready", then serves until it is stopped."""
import socketserver
import threading
import time


class Service(socketserver.BaseRequestHandler):
    greeting = b""
    answers = ()

    def handle(self):
        self.request.settimeout(10)
        try:
            if self.greeting:
                self.request.sendall(self.greeting)
            asked = self.request.recv(4096)
            for beginning, answer in self.answers:
                if asked.startswith(beginning):
                    self.request.sendall(answer)
            time.sleep(0.2)
        except OSError:
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve(port, greeting=b"", answers=()):
    service = type("Service", (Service,), {"greeting": greeting, "answers": answers})
    threading.Thread(target=Server(("127.0.0.1", port), service).serve_forever, daemon=True).start()


serve(596, greeting=b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")
serve(515, answers=((b"\x03", b"lp is ready\nno entries\n"), (b"\x04", b"lp is ready\nno entries\n")))
serve(801, answers=((b"GET ", b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"),))
serve(999, greeting=b"\x93\x11\x02blobblob\x00\x01\x02")
serve(724)
# A greeting of BEEP (RFC 3080), which nmap does not know.
serve(513, greeting=b"RPY 0 0 . 0 110\r\nContent-Type: application/beep+xml\r\n\r\n<greeting>\r\n"
      b"   <profile uri='http://iana.org/beep/TLS' />\r\n</greeting>\r\nEND\r\n")
print("ready", flush=True)
time.sleep(60)
