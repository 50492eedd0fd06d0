"""A 9P2000 server of a folder of the host, for tests: section 5 of Plan 9's manual.

	serve.py [--auth] [--msize N] FOLDER unix PATH
	serve.py [--auth] [--msize N] FOLDER tcp ADDRESS PORT
	serve.py [--auth] [--msize N] FOLDER stdio

Prints "ready" and the port, or the path, when it can be connected to. Serves any number of
connections, each in a thread of its own; with stdio one, and then ends. The attach name is a folder
below FOLDER. --auth asks for authentication, which nobody can give.
"""

import os
import socket
import struct
import sys
import threading

NOTAG = 0xFFFF
NOFID = 0xFFFFFFFF
DMDIR = 0x80000000
QTDIR, QTAUTH = 0x80, 0x08
OTRUNC, ORCLOSE = 0x10, 0x40
HDR = 7
IOHDR = 24


class NineError(Exception):
    """An Rerror's text."""


class Fid:
    """path: below the root; open: a descriptor, or None."""

    def __init__(self, path, root):
        self.path, self.root = path, root
        self.open, self.mode = None, 0
        self.entries = None


def string(s):
    b = s.encode("utf-8", "surrogateescape")
    return struct.pack("<H", len(b)) + b


class Reader:
    """The fields of a message."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def num(self, fmt):
        n = struct.calcsize("<" + fmt)
        (v,) = struct.unpack_from("<" + fmt, self.data, self.at)
        self.at += n
        return v

    def bytes(self, n):
        b = self.data[self.at:self.at + n]
        if len(b) != n:
            raise NineError("short message")
        self.at += n
        return b

    def string(self):
        return self.bytes(self.num("H")).decode("utf-8", "surrogateescape")


def qid(st):
    kind = QTDIR if os.path.isdir(st[0]) else 0
    s = st[1]
    vers = (s.st_mtime_ns // 1000 + s.st_size) & 0xFFFFFFFF
    path = (s.st_ino ^ s.st_dev << 48) & 0xFFFFFFFFFFFFFFFF
    return struct.pack("<BIQ", kind, vers, path)


def look(path):
    return (path, os.stat(path))


def entry(path, name):
    """stat(5)'s machine-independent entry."""
    st = look(path)
    s = st[1]
    mode = s.st_mode & 0o777
    length = s.st_size
    if os.path.isdir(path):
        mode |= DMDIR
        length = 0
    b = struct.pack("<HI", 0, 0) + qid(st)
    b += struct.pack("<IIIQ", mode, int(s.st_atime), int(s.st_mtime), length)
    b += string(name) + string("owner") + string("group") + string("owner")
    return struct.pack("<H", len(b)) + b


class Connection:
    """Serves one client: read and write are its bytes."""

    def __init__(self, folder, read, write, auth, msize):
        self.folder, self.read, self.write = folder, read, write
        self.auth, self.most = auth, msize
        self.msize = msize
        self.fids = {}

    # --- messages ---

    def whole(self, n):
        b = b""
        while len(b) < n:
            try:
                piece = self.read(n - len(b))
            except ConnectionError:
                piece = b""
            if not piece:
                return None
            b += piece
        return b

    def serve(self):
        while True:
            size = self.whole(4)
            if size is None:
                break
            (n,) = struct.unpack("<I", size)
            body = self.whole(n - 4)
            if body is None:
                break
            try:
                self.write(self.answer(body[0], body[1:3], Reader(body[3:])))
            except ConnectionError:
                break
        for f in self.fids.values():
            self.close(f)

    def answer(self, kind, tag, r):
        call = self.calls.get(kind)
        try:
            if call is None:
                raise NineError("unknown message")
            b, kind = call(self, r), kind + 1
        except NineError as e:
            b, kind = string(str(e)), 107
        except OSError as e:
            text = {2: "file does not exist", 13: "permission denied", 17: "file already exists"}
            b, kind = string(text.get(e.errno, os.strerror(e.errno))), 107
        return struct.pack("<IB", len(b) + HDR, kind) + tag + b

    # --- the calls ---

    def fid(self, n):
        if n not in self.fids:
            raise NineError("unknown fid")
        return self.fids[n]

    def newfid(self, n, f):
        if n in self.fids:
            raise NineError("fid in use")
        self.fids[n] = f

    def version(self, r):
        msize, version = r.num("I"), r.string()
        self.msize = min(msize, self.most)
        self.fids = {}
        if not version.startswith("9P2000"):
            return struct.pack("<I", self.msize) + string("unknown")
        return struct.pack("<I", self.msize) + string("9P2000")

    def authenticate(self, r):
        afid = r.num("I")
        if not self.auth:
            raise NineError("no authentication required")
        self.newfid(afid, Fid("", self.folder))
        return struct.pack("<BIQ", QTAUTH, 0, 1)

    def attach(self, r):
        fid, afid = r.num("I"), r.num("I")
        r.string()
        aname = r.string()
        if self.auth:
            raise NineError("not authenticated")
        if afid != NOFID:
            raise NineError("unknown afid")
        root = os.path.join(self.folder, aname.strip("/")) if aname else self.folder
        st = look(root)
        self.newfid(fid, Fid("", root))
        return qid(st)

    def flush(self, r):
        return b""

    def path(self, f):
        return os.path.join(f.root, f.path) if f.path else f.root

    def walk(self, r):
        f, newfid, n = self.fid(r.num("I")), r.num("I"), r.num("H")
        names = [r.string() for _ in range(n)]
        if f.open is not None or f.entries is not None:
            raise NineError("fid is open")
        path, qids = f.path, []
        for name in names:
            if name == "..":
                path = os.path.dirname(path)
            elif "/" in name:
                raise NineError("slash in a name")
            else:
                path = os.path.join(path, name)
            try:
                qids.append(qid(look(os.path.join(f.root, path) if path else f.root)))
            except OSError:
                if not qids:
                    raise
                break
        if len(qids) == n:
            new = Fid(path, f.root)
            if self.fids.get(newfid) is f:
                self.fids[newfid] = new
            else:
                self.newfid(newfid, new)
        return struct.pack("<H", len(qids)) + b"".join(qids)

    def opened(self, f, mode, flags=0):
        path = self.path(f)
        f.mode = mode
        if os.path.isdir(path):
            if mode & 3 or mode & OTRUNC:
                raise NineError("is a directory")
            f.entries = b""
        else:
            how = (os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_RDONLY)[mode & 3]
            if mode & OTRUNC:
                how |= os.O_TRUNC
            if mode & 3 == 3 and not os.access(path, os.X_OK):
                raise NineError("permission denied")
            f.open = os.open(path, how | flags)
        return qid(look(path)) + struct.pack("<I", 0)

    def topen(self, r):
        f, mode = self.fid(r.num("I")), r.num("B")
        return self.opened(f, mode)

    def create(self, r):
        f, name, perm, mode = self.fid(r.num("I")), r.string(), r.num("I"), r.num("B")
        path = os.path.join(f.path, name)
        full = os.path.join(f.root, path)
        if perm & DMDIR:
            os.mkdir(full)
        else:
            os.close(os.open(full, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.chmod(full, perm & 0o777)
        f.path = path
        return self.opened(f, mode)

    def readdir(self, f, off, count):
        if off == 0:
            path = self.path(f)
            f.entries = [entry(os.path.join(path, n), n) for n in sorted(os.listdir(path))]
        b = b""
        while f.entries and len(b) + len(f.entries[0]) <= count:
            b += f.entries.pop(0)
        return b

    def tread(self, r):
        f, off, count = self.fid(r.num("I")), r.num("Q"), r.num("I")
        count = min(count, self.msize - IOHDR)
        if f.entries is not None:
            b = self.readdir(f, off, count)
        elif f.open is not None and f.mode & 3 != 1:
            b = os.pread(f.open, count, off)
        else:
            raise NineError("not open for reading")
        return struct.pack("<I", len(b)) + b

    def twrite(self, r):
        f, off, count = self.fid(r.num("I")), r.num("Q"), r.num("I")
        if f.open is None or f.mode & 3 not in (1, 2):
            raise NineError("not open for writing")
        return struct.pack("<I", os.pwrite(f.open, r.bytes(count), off))

    def close(self, f):
        if f.open is not None:
            os.close(f.open)
            if f.mode & ORCLOSE:
                os.remove(self.path(f))
        f.open = f.entries = None

    def clunk(self, r):
        n = r.num("I")
        f = self.fid(n)
        del self.fids[n]
        self.close(f)
        return b""

    def remove(self, r):
        n = r.num("I")
        f = self.fid(n)
        del self.fids[n]
        f.mode &= ~ORCLOSE
        self.close(f)
        path = self.path(f)
        if os.path.isdir(path):
            os.rmdir(path)
        else:
            os.remove(path)
        return b""

    def stat(self, r):
        f = self.fid(r.num("I"))
        b = entry(self.path(f), os.path.basename(f.path) or "/")
        return struct.pack("<H", len(b)) + b

    def wstat(self, r):
        f = self.fid(r.num("I"))
        r.num("H")
        r.bytes(2 + 2 + 4 + 13)
        mode, _, mtime, length = r.num("I"), r.num("I"), r.num("I"), r.num("Q")
        name = r.string()
        path = self.path(f)
        if mode != 0xFFFFFFFF:
            os.chmod(path, mode & 0o777)
        if length != 0xFFFFFFFFFFFFFFFF:
            os.truncate(path, length)
        if mtime != 0xFFFFFFFF:
            os.utime(path, (mtime, mtime))
        if name:
            to = os.path.join(os.path.dirname(f.path), name)
            if os.path.lexists(os.path.join(f.root, to)):
                raise NineError("file already exists")
            os.rename(path, os.path.join(f.root, to))
            f.path = to
        return b""

    calls = {
        100: version, 102: authenticate, 104: attach, 108: flush, 110: walk, 112: topen,
        114: create, 116: tread, 118: twrite, 120: clunk, 122: remove, 124: stat, 126: wstat,
    }


def connection(c, folder, auth, msize):
    with c:
        Connection(folder, c.recv, c.sendall, auth, msize).serve()


def main(args):
    auth, msize = False, 1 << 20
    while args and args[0].startswith("--"):
        if args[0] == "--auth":
            auth, args = True, args[1:]
        else:
            msize, args = int(args[1]), args[2:]
    folder, kind = args[0], args[1]
    os.umask(0)
    if kind == "stdio":
        Connection(folder, lambda n: os.read(0, n),
                   lambda b: sys.stdout.buffer.write(b) and sys.stdout.buffer.flush(),
                   auth, msize).serve()
        return
    if kind == "unix":
        s = socket.socket(socket.AF_UNIX)
        s.bind(args[2])
    else:
        s = socket.socket(socket.AF_INET6 if ":" in args[2] else socket.AF_INET)
        s.bind((args[2], int(args[3])))
    s.listen(64)
    print("ready", args[2] if kind == "unix" else s.getsockname()[1], flush=True)
    while True:
        c, _ = s.accept()
        threading.Thread(target=connection, args=(c, folder, auth, msize), daemon=True).start()


main(sys.argv[1:])
