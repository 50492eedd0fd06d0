"""A name server for tests, on loopback, by UDP and TCP: dnsserve.Server().

What it answers is in `zone`: (name, type) -> a list of (ttl, rdata). Names of these beginnings are
special: "slow-N." is answered after N ms, "never." not at all, "malformed-N." with a broken message,
"big." is cut off by UDP and whole by TCP, "fail." is SERVFAIL, "host-N." is 10.N/65536.N/256.N.
`asked` counts the questions by name and type.
"""
import collections
import random
import socket
import struct
import threading
import time

A, NS, CNAME, SOA, NULL, PTR, HINFO, MX, TXT, AAAA, SRV, CAA = (
    1, 2, 5, 6, 10, 12, 13, 15, 16, 28, 33, 257)
NXDOMAIN, SERVFAIL = 3, 2


def name(s):
    out = b''
    for part in s.split('.'):
        if part:
            out += bytes([len(part)]) + part.encode('latin-1')
    return out + b'\0'


def a(s):
    return socket.inet_aton(s)


def aaaa(s):
    return socket.inet_pton(socket.AF_INET6, s)


def mx(pref, host):
    return struct.pack('>H', pref) + name(host)


def srv(pri, weight, port, host):
    return struct.pack('>HHH', pri, weight, port) + name(host)


def txt(*parts):
    return b''.join(bytes([len(p)]) + p for p in parts)


def soa(ns, mbox, serial, refresh, retry, expire, minimum):
    return name(ns) + name(mbox) + struct.pack('>IIIII', serial, refresh, retry, expire, minimum)


def caa(flags, tag, value):
    return bytes([flags, len(tag)]) + tag + value


def question(msg):
    """The name and type that are asked for, and where the question ends."""
    at, parts = 12, []
    while msg[at]:
        parts.append(msg[at + 1:at + 1 + msg[at]].decode('latin-1'))
        at += 1 + msg[at]
    return '.'.join(parts).lower(), struct.unpack_from('>H', msg, at + 1)[0], at + 5


def record(owner, type_, ttl, rdata):
    return name(owner) + struct.pack('>HHIH', type_, 1, ttl, len(rdata)) + rdata


class Server:
    def __init__(self):
        self.zone, self.asked, self.negttl = {}, collections.Counter(), 60
        self.bytcp = collections.Counter()
        # what breaks a message: malformed-N picks one
        self.random = random.Random(9)
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.tcp = socket.socket()
        while True:
            self.udp.bind(('127.0.0.1', 0))
            self.port = self.udp.getsockname()[1]
            try:
                self.tcp.bind(('127.0.0.1', self.port))
                break
            except OSError:
                self.udp.close()
                self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.tcp.listen(128)
        self.addr = '127.0.0.1:%d' % self.port
        for f in self.serveudp, self.servetcp:
            threading.Thread(target=f, daemon=True).start()

    def add(self, owner, type_, rdata, ttl=300):
        self.zone.setdefault((owner.lower(), type_), []).append((ttl, rdata))

    def exists(self, n):
        return any(k[0] == n for k in self.zone)

    def answers(self, n, type_):
        """The records of an answer, aliases followed."""
        out = []
        for _ in range(20):
            for ttl, rdata in self.zone.get((n, type_), []):
                out.append(record(n, type_, ttl, rdata))
            alias = self.zone.get((n, CNAME))
            if out and out[-1:] != [] and (n, type_) in self.zone or not alias or type_ == CNAME:
                break
            ttl, rdata = alias[0]
            out.append(record(n, CNAME, ttl, rdata))
            n = question(b'\0' * 12 + rdata + b'\0\0\0\0')[0]
        return out, n

    def reply(self, msg, istcp):
        n, type_, end = question(msg)
        self.asked[n, type_] += 1
        if istcp:
            self.bytcp[n, type_] += 1
        head, quest = msg[:2], msg[12:end]
        first = n.split('.')[0]
        if first == 'never':
            return None
        if first.startswith('slow-'):
            time.sleep(int(first[5:]) / 1000)
        out, last = self.answers(n, type_)
        if first.startswith('host-') and type_ == A:
            num = int(first[5:])
            out = [record(n, A, 300, bytes([10, num >> 16 & 255, num >> 8 & 255, num & 255]))]
        rcode = 0
        if first == 'fail':
            rcode, out = SERVFAIL, []
        elif not out and not self.exists(last) and not first.startswith('host-'):
            rcode = NXDOMAIN
        auth = b''
        if not any(True for _ in out) and rcode != SERVFAIL and self.negttl is not None:
            auth = record('test', SOA, self.negttl,
                          soa('ns.test', 'mb.test', 1, 2, 3, 4, self.negttl))
        cut = first == 'big' and not istcp
        flags = 0x8180 | rcode | (0x200 if cut else 0)
        if cut:
            out = []
        r = head + struct.pack('>HHHHH', flags, 1, len(out), 1 if auth else 0, 0) + quest
        r += b''.join(out) + auth
        if first.startswith('malformed-'):
            r = self.broken(r, int(first[10:]), end)
        return r

    def broken(self, r, num, end):
        """r, whose question is left as it is, broken in a way that num picks."""
        how = num % 6
        good = r[:end]
        if how == 0:
            return r[:end + self.random.randrange(len(r) - end + 1)]
        if how == 1:        # a name that points to itself
            return good + b'\xc0' + bytes([end]) + b'\0\1\0\1\0\0\0\0\0\4abcd'
        if how == 2:        # a label longer than the message
            return good + b'\x3f' + b'a' * 5
        if how == 3:        # a record longer than the message
            return good + name('x') + struct.pack('>HHIH', 1, 1, 60, 0xFFFF) + b'abcd'
        if how == 4:
            b = bytearray(r)
            for _ in range(4):
                b[self.random.randrange(end, len(b)) if len(b) > end else 3] = \
                    self.random.randrange(256)
            return bytes(b)
        return good + bytes(self.random.randrange(256) for _ in range(60))

    def serveudp(self):
        while True:
            msg, peer = self.udp.recvfrom(65536)

            def answer(msg=msg, peer=peer):
                r = self.reply(msg, False)
                if r is not None:
                    self.udp.sendto(r, peer)
            if b'slow-' in msg:
                threading.Thread(target=answer, daemon=True).start()
            else:
                answer()

    def servetcp(self):
        while True:
            s, _ = self.tcp.accept()

            def answer(s=s):
                f = s.makefile('rb')
                while True:
                    n = f.read(2)
                    if len(n) < 2:
                        break
                    r = self.reply(f.read(struct.unpack('>H', n)[0]), True)
                    if r is not None:
                        s.sendall(struct.pack('>H', len(r)) + r)
                s.close()
            threading.Thread(target=answer, daemon=True).start()
