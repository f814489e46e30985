"""Finds the TCP and UDP headers in captures: pcap and pcapng, the common link layers, VLAN, MPLS, PPPoE, IP in IP, GRE, VXLAN, GTP-U.

For the comparisons under bench/ only, and independent of oddport's decoder on purpose. Reads nothing that a header does
not bear out; what it does not know it leaves alone.
"""
import dataclasses
import ipaddress
import struct

TCP, UDP = 6, 17
MOST_LAYERS = 16


@dataclasses.dataclass
class Record:
    start: int  # of the packet's bytes in the file
    end: int
    link: int  # LINKTYPE_


@dataclasses.dataclass
class Transport:
    number: int  # TCP or UDP
    source: str
    destination: str
    at: int  # of the header, in the file
    payload: int  # bytes of it that the IP header promises, beyond the header

    def ports(self, data):
        return struct.unpack_from(">HH", data, self.at)


def records(data):
    """The packets of a capture, as far as its structure holds."""
    magic = bytes(data[:4])
    if magic == b"\x0a\x0d\x0d\x0a":
        yield from _pcapng_records(data)
        return
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\xa1\xb2\x3c\x4d": ">"}.get(magic)
    if order is None or len(data) < 24:
        return
    link = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF
    at = 24
    while at + 16 <= len(data):
        kept = struct.unpack_from(order + "I", data, at + 8)[0]
        yield Record(at + 16, min(at + 16 + kept, len(data)), link)
        at += 16 + kept


def _pcapng_records(data):
    order, links, at = "<", [], 0
    while at + 12 <= len(data):
        if bytes(data[at:at + 4]) == b"\x0a\x0d\x0d\x0a":
            order = "<" if bytes(data[at + 8:at + 12]) == b"\x4d\x3c\x2b\x1a" else ">"
            links = []
        kind, size = struct.unpack_from(order + "II", data, at)
        if size < 12 or at + size > len(data):
            return
        body, end = at + 8, at + size - 4
        if kind == 1 and body + 2 <= end:
            links.append(struct.unpack_from(order + "H", data, body)[0])
        elif kind in (2, 6) and body + 20 <= end:
            interface = struct.unpack_from(order + ("H" if kind == 2 else "I"), data, body)[0]
            kept = struct.unpack_from(order + "I", data, body + 12)[0]
            if interface < len(links):
                yield Record(body + 20, min(body + 20 + kept, end), links[interface])
        elif kind == 3 and body + 4 <= end and links:
            wire = struct.unpack_from(order + "I", data, body)[0]
            yield Record(body + 4, min(body + 4 + wire, end), links[0])
        at += size


class Walk:
    """One packet, layer by layer; `found` gets its transport headers, the innermost last."""

    def __init__(self, data, record):
        self.data, self.end, self.found, self.layers = data, record.end, [], 0
        try:
            self._link(record.start, record.link)
        except (IndexError, struct.error):
            pass  # the packet ends within a header

    def _u8(self, at):
        if at >= self.end:
            raise IndexError
        return self.data[at]

    def _u16(self, at):
        return self._u8(at) << 8 | self._u8(at + 1)

    def _enter(self):
        self.layers += 1
        return self.layers <= MOST_LAYERS

    def _link(self, at, link):
        if link == 1:
            self._ethernet(at)
        elif link == 113:
            self._ether_type(at + 16, self._u16(at + 14))
        elif link == 276:
            self._ether_type(at + 20, self._u16(at))
        elif link in (0, 108):
            self._ip(at + 4)
        elif link in (12, 14, 101, 228, 229):
            self._ip(at)
        elif link in (9, 50):
            self._ppp(at + 2 if self._u16(at) == 0xFF03 else at)
        elif link == 104:
            self._ether_type(at + 4, self._u16(at + 2))
        elif link == 107:
            if self._u8(at + 3) == 0xCC or self._u16(at + 2) == 0x03CC:
                self._ip(at + 4)
            else:
                self._ether_type(at + 4, self._u16(at + 2))
        elif link == 127:
            self._radiotap(at)

    def _radiotap(self, at):
        frame = at + (self._u8(at + 2) | self._u8(at + 3) << 8)
        control, flags = self._u8(frame), self._u8(frame + 1)
        if control & 0x0C != 8 or flags & 0x40:
            return
        header = frame + 24 + (6 if flags & 3 == 3 else 0) + (2 if control & 0x80 else 0)
        for padding in (0, 2):
            if bytes(self.data[header + padding:header + padding + 3]) == b"\xaa\xaa\x03":
                self._ether_type(header + padding + 8, self._u16(header + padding + 6))
                return

    def _ethernet(self, at):
        kind = self._u16(at + 12)
        if kind < 1536 and bytes(self.data[at + 14:at + 17]) == b"\xaa\xaa\x03":
            self._ether_type(at + 22, self._u16(at + 20))
        else:
            self._ether_type(at + 14, kind)

    def _ether_type(self, at, kind):
        if not self._enter():
            return
        if kind in (0x0800, 0x86DD):
            self._ip(at)
        elif kind in (0x8100, 0x88A8, 0x9100):
            self._ether_type(at + 4, self._u16(at + 2))
        elif kind in (0x8847, 0x8848):
            while not self._u8(at + 2) & 1:
                at += 4
            at += 4
            if self._u8(at) >> 4 in (4, 6):
                self._ip(at)
            else:
                self._ethernet(at + 4)
        elif kind == 0x8864:
            self._ppp(at + 6)

    def _ppp(self, at):
        kind = self._u16(at)
        if kind in (0x21, 0x57):
            self._ip(at + 2)
        elif kind == 0x281:
            self._ether_type(at + 2, 0x8847)

    def _ip(self, at):
        if not self._enter():
            return
        version = self._u8(at) >> 4
        if version == 4:
            size = (self._u8(at) & 15) * 4
            if size >= 20 and not self._u16(at + 6) & 0x1FFF:
                ends = [str(ipaddress.ip_address(bytes(self.data[at + n:at + n + 4]))) for n in (12, 16)]
                total = self._u16(at + 2) or self.end - at  # 0: segmented by the network card
                self._inside(at + size, self._u8(at + 9), ends, total - size)
        elif version == 6:
            self._ip6(at)

    def _ip6(self, at):
        ends = [str(ipaddress.ip_address(bytes(self.data[at + n:at + n + 16]))) for n in (8, 24)]
        number, header, left = self._u8(at + 6), at + 40, self._u16(at + 4)
        for _ in range(MOST_LAYERS):
            if number in (0, 43, 51, 60, 135):
                size = (self._u8(header + 1) + 2) * 4 if number == 51 else (self._u8(header + 1) + 1) * 8
            elif number == 44:
                if self._u16(header + 2) & 0xFFF8:
                    return
                size = 8
            else:
                break
            number, header, left = self._u8(header), header + size, left - size
        self._inside(header, number, ends, left)

    def _inside(self, at, number, ends, size):
        if number in (4, 41):
            self._ip(at)
        elif number == 47:
            self._gre(at)
        elif number in (TCP, UDP):
            header = (self._u8(at + 12) >> 4) * 4 if number == TCP and at + 13 <= self.end else 8
            self._u16(at + 2)  # both ports are there
            self.found.append(Transport(number, *ends, at, max(0, size - header)))
            ports = self.found[-1].ports(self.data)
            if number == UDP and 4789 in ports:
                self._ethernet(at + 16)
            elif number == UDP and 2152 in ports:
                self._ip(at + 16)

    def _gre(self, at):
        flags, kind = self._u16(at), self._u16(at + 2)
        header = at + 4 + 4 * (bool(flags & 0x8000) + bool(flags & 0x2000) + bool(flags & 0x1000) + bool(flags & 0x0080))
        if kind == 0x88BE:
            self._ethernet(header + (8 if flags & 0x1000 else 0))
        elif kind == 0x6558:
            self._ethernet(header)
        elif kind == 0x880B:
            self._ppp(header + 2 if self._u16(header) == 0xFF03 else header)
        else:
            self._ether_type(header, kind)


def transports(data, record):
    """The TCP and UDP headers of one packet, the outermost first."""
    return Walk(data, record).found
