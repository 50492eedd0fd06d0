"""A client of 9P2000, written from section 5 of the manual: p9.Client(address).

Requests have tags of their own, and their answers are taken in any order. A server's Rerror is the
exception Error. Every message that comes is checked: its size, its type, that its tag was asked for.
"""
import socket
import struct
import threading

(TVERSION, TAUTH, TATTACH, TERROR, TFLUSH, TWALK, TOPEN, TCREATE, TREAD, TWRITE, TCLUNK, TREMOVE,
 TSTAT, TWSTAT) = range(100, 128, 2)
RERROR = TERROR + 1
NOTAG, NOFID = 0xFFFF, 0xFFFFFFFF
OREAD, OWRITE, ORDWR, OEXEC, OTRUNC, ORCLOSE = 0, 1, 2, 3, 0x10, 0x40
DMDIR, DMAPPEND, DMEXCL, DMTMP = 0x80000000, 0x40000000, 0x20000000, 0x04000000
QTDIR = 0x80
IOHDRSZ = 24
WAIT = 60


class Error(Exception):
    pass


def string(s):
    b = s if isinstance(s, bytes) else s.encode()
    return struct.pack('<H', len(b)) + b


class Reader:
    """The parts of a message's body."""

    def __init__(self, body):
        self.b, self.at = body, 0

    def take(self, fmt):
        v = struct.unpack_from('<' + fmt, self.b, self.at)
        self.at += struct.calcsize('<' + fmt)
        return v if len(v) > 1 else v[0]

    def bytes(self, n):
        v = self.b[self.at:self.at + n]
        assert len(v) == n, 'short message'
        self.at += n
        return v

    def string(self):
        return self.bytes(self.take('H')).decode()

    def qid(self):
        return self.take('BIQ')

    def end(self):
        assert self.at == len(self.b), 'bytes after the end of a message'


class Stat:
    """A directory entry: stat(5)."""

    def __init__(self, **set_):
        self.type, self.dev, self.qid = 0xFFFF, NOFID, (0xFF, NOFID, (1 << 64) - 1)
        self.mode = self.atime = self.mtime = NOFID
        self.length = (1 << 64) - 1
        self.name = self.uid = self.gid = self.muid = ''
        self.__dict__.update(set_)

    def pack(self):
        b = struct.pack('<HIBIQIIIQ', self.type, self.dev, *self.qid, self.mode, self.atime,
                        self.mtime, self.length)
        b += b''.join(map(string, (self.name, self.uid, self.gid, self.muid)))
        return struct.pack('<H', len(b)) + b

    @staticmethod
    def unpack(r):
        n = r.take('H')
        s, end = Stat(), r.at + n
        s.type, s.dev = r.take('HI')
        s.qid = r.qid()
        s.mode, s.atime, s.mtime, s.length = r.take('IIIQ')
        s.name, s.uid, s.gid, s.muid = (r.string() for _ in range(4))
        assert r.at == end, 'an entry of another length than it says'
        assert s.qid[0] == s.mode >> 24, 'qid.type is not in mode'
        return s


def connect(addr):
    if isinstance(addr, socket.socket):
        return addr
    if addr.startswith('tcp!'):
        _, host, port = addr.split('!')
        return socket.create_connection((host, int(port)), WAIT)
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.settimeout(WAIT)
    s.connect(addr.removeprefix('unix!'))
    return s


class Client:
    def __init__(self, addr, msize=1 << 20, version=True, attach=True, aname=''):
        self.sock = connect(addr)
        self.lock = threading.Lock()
        self.asked = {}
        self.came = {}
        self.nexttag, self.nextfid = 0, 1
        self.rest = b''
        self.msize = 8192
        if version:
            self.version(msize)
            if attach:
                self.attach(0, aname)

    def close(self):
        self.sock.close()

    # messages

    def sendraw(self, b):
        self.sock.sendall(b)

    def send(self, type_, body=b'', tag=None):
        if tag is None:
            while self.nexttag in self.asked or self.nexttag == NOTAG:
                self.nexttag = (self.nexttag + 1) & 0xFFFF
            tag = self.nexttag
            self.nexttag = (self.nexttag + 1) & 0xFFFF
        self.asked[tag] = type_
        self.sendraw(struct.pack('<IBH', 7 + len(body), type_, tag) + body)
        return tag

    def exactly(self, n):
        while len(self.rest) < n:
            b = self.sock.recv(1 << 20)
            if not b:
                raise EOFError
            self.rest += b
        b, self.rest = self.rest[:n], self.rest[n:]
        return b

    def recv(self):
        """The next answer: its type, tag and body."""
        size, type_, tag = struct.unpack('<IBH', self.exactly(7))
        assert 7 <= size <= max(self.msize, 8192), 'an answer of %d bytes' % size
        body = self.exactly(size - 7)
        want = self.asked.pop(tag, None)
        assert want is not None, 'an answer with tag %d, which has no request' % tag
        assert type_ in (want + 1, RERROR), 'type %d answers %d' % (type_, want)
        return type_, tag, Reader(body)

    def wait(self, tag):
        """The answer to tag; others are kept."""
        while tag not in self.came:
            type_, t, r = self.recv()
            self.came[t] = type_, r
        type_, r = self.came.pop(tag)
        if type_ == RERROR:
            raise Error(r.string())
        return r

    def rpc(self, type_, body=b'', tag=None):
        return self.wait(self.send(type_, body, tag))

    # requests

    def version(self, msize, version='9P2000'):
        r = self.rpc(TVERSION, struct.pack('<I', msize) + string(version), NOTAG)
        self.msize, v = r.take('I'), r.string()
        r.end()
        return v

    def auth(self, afid, uname='nobody', aname=''):
        return self.rpc(TAUTH, struct.pack('<I', afid) + string(uname) + string(aname)).qid()

    def attach(self, fid, aname='', uname='nobody', afid=NOFID):
        r = self.rpc(TATTACH, struct.pack('<II', fid, afid) + string(uname) + string(aname))
        q = r.qid()
        r.end()
        return q

    def newfid(self):
        with self.lock:
            self.nextfid += 1
            return self.nextfid

    def walkfid(self, fid, newfid, names):
        r = self.rpc(TWALK, struct.pack('<IIH', fid, newfid, len(names)) +
                     b''.join(map(string, names)))
        qids = [r.qid() for _ in range(r.take('H'))]
        r.end()
        return qids

    def walk(self, path, fid=0):
        """A new fid for path, from fid."""
        names = [s for s in path.split('/') if s]
        new = self.newfid()
        self.walkfid(fid, new, [])
        while names:
            got = self.walkfid(new, new, names[:16])
            if len(got) < len(names[:16]):
                self.clunk(new)
                raise Error('file does not exist')
            names = names[16:]
        return new

    def open(self, fid, mode=OREAD):
        r = self.rpc(TOPEN, struct.pack('<IB', fid, mode))
        q, iounit = r.qid(), r.take('I')
        r.end()
        return q, iounit

    def create(self, fid, name, perm=0o644, mode=OREAD):
        r = self.rpc(TCREATE, struct.pack('<I', fid) + string(name) +
                     struct.pack('<IB', perm, mode))
        q, iounit = r.qid(), r.take('I')
        r.end()
        return q, iounit

    def readtag(self, fid, off, n):
        return self.send(TREAD, struct.pack('<IQI', fid, off, n))

    def readanswer(self, tag):
        r = self.wait(tag)
        b = r.bytes(r.take('I'))
        r.end()
        return b

    def read(self, fid, off, n):
        b = self.readanswer(self.readtag(fid, off, n))
        assert len(b) <= n
        return b

    def write(self, fid, off, b):
        r = self.rpc(TWRITE, struct.pack('<IQI', fid, off, len(b)) + b)
        n = r.take('I')
        r.end()
        return n

    def clunk(self, fid):
        self.rpc(TCLUNK, struct.pack('<I', fid)).end()

    def remove(self, fid):
        self.rpc(TREMOVE, struct.pack('<I', fid)).end()

    def stat(self, fid):
        r = self.rpc(TSTAT, struct.pack('<I', fid))
        n = r.take('H')
        assert n == len(r.b) - 2
        s = Stat.unpack(r)
        r.end()
        return s

    def wstat(self, fid, stat):
        b = stat.pack()
        self.rpc(TWSTAT, struct.pack('<IH', fid, len(b)) + b).end()

    def flushtag(self, old):
        return self.send(TFLUSH, struct.pack('<H', old))

    def flush(self, old):
        self.wait(self.flushtag(old)).end()

    # whole files

    def readall(self, path, n=None):
        fid = self.walk(path)
        self.open(fid)
        out = b''
        while True:
            b = self.read(fid, len(out), n or self.msize - IOHDRSZ)
            if not b:
                self.clunk(fid)
                return out
            out += b

    def writeall(self, dir_, name, b, perm=0o644):
        fid = self.walk(dir_)
        self.create(fid, name, perm, OWRITE)
        at = 0
        while at < len(b):
            at += self.write(fid, at, b[at:at + self.msize - IOHDRSZ])
        self.clunk(fid)

    def entries(self, path, n=None):
        fid = self.walk(path)
        self.open(fid)
        off, out = 0, []
        while True:
            b = self.read(fid, off, n or self.msize - IOHDRSZ)
            if not b:
                self.clunk(fid)
                return out
            off += len(b)
            r = Reader(b)
            while r.at < len(b):
                out.append(Stat.unpack(r))
