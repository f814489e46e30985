#!/usr/bin/env python3
"""Labels bytes by liboddport through ctypes: example.py PORT/TRANSPORT SERVER-BYTES-FILE [LIBRARY]"""
import ctypes
import sys


class Message(ctypes.Structure):
    _fields_ = [("sender", ctypes.c_int), ("bytes", ctypes.c_char_p), ("length", ctypes.c_size_t),
                ("wire_length", ctypes.c_size_t)]


class Talk(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("transport", ctypes.c_int), ("server_port", ctypes.c_uint16),
                ("client_port", ctypes.c_uint16), ("messages", ctypes.POINTER(Message)), ("message_count", ctypes.c_size_t),
                ("roles_guessed", ctypes.c_int), ("one_sided", ctypes.c_int), ("late_client", ctypes.c_int),
                ("late_server", ctypes.c_int)]


SERVER = 1


def load(path):
    library = ctypes.CDLL(path)
    library.oddport_status_text.restype = ctypes.c_char_p
    for getter in ("label", "protocol", "certainty", "reason"):
        function = getattr(library, "oddport_verdict_" + getter)
        function.argtypes, function.restype = [ctypes.c_void_p], ctypes.c_char_p
    library.oddport_verdict_free.argtypes = [ctypes.c_void_p]
    library.oddport_classifier_free.argtypes = [ctypes.c_void_p]
    return library


def checked(library, status):
    if status != 0:
        raise RuntimeError(library.oddport_status_text(status).decode())


def label(library, classifier, port, transport, said):
    message = Message(SERVER, said, len(said), 0)
    talk = Talk(size=ctypes.sizeof(Talk), transport=("tcp", "udp").index(transport), server_port=port,
                messages=ctypes.pointer(message), message_count=1)
    verdict = ctypes.c_void_p()
    checked(library, library.oddport_classify(classifier, ctypes.byref(talk), ctypes.byref(verdict)))
    words = [getattr(library, "oddport_verdict_" + getter)(verdict) for getter in ("label", "protocol", "certainty", "reason")]
    library.oddport_verdict_free(verdict)
    return [(word or b"-").decode() for word in words]


def main(arguments):
    if len(arguments) not in (3, 4):
        sys.exit(__doc__)
    library = load(arguments[3] if len(arguments) == 4 else "liboddport.so.1")
    port, transport = arguments[1].split("/")
    with open(arguments[2], "rb") as file:
        said = file.read()
    classifier = ctypes.c_void_p()
    checked(library, library.oddport_classifier_new(None, ctypes.byref(classifier), None))
    print("\t".join(label(library, classifier, int(port), transport, said)))
    library.oddport_classifier_free(classifier)


if __name__ == "__main__":
    main(sys.argv)
