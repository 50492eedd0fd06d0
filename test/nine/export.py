"""Clients of run9 --export: export.py run9 programs folder. Prints "N passed, N failed".

Called by test/export.sh, in a folder of its own that goes afterwards.
"""
import hashlib
import multiprocessing
import os
import random
import signal
import struct
import subprocess
import sys
import threading
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import p9

RUN9, PROGS, TMP = sys.argv[1:4]
TREE, SOCK = TMP + '/tree', TMP + '/tree.sock'
WAIT = 60


def until(what, cond):
    end = time.time() + WAIT
    while not cond():
        assert time.time() < end, what
        time.sleep(0.02)


def error(f, *a):
    """The text of the Rerror that f gets."""
    try:
        f(*a)
    except p9.Error as e:
        return str(e)
    raise AssertionError('no error')


# --- host files

def files():
    c = p9.Client(SOCK)
    data = random.Random(1).randbytes(300000)
    c.writeall('/', 'f', data, 0o640)
    with open(TREE + '/f', 'rb') as f:
        assert f.read() == data
    assert os.stat(TREE + '/f').st_mode & 0o777 == 0o640
    assert c.readall('f') == data and c.readall('f', 1000) == data
    fid = c.walk('f')
    s = c.stat(fid)
    assert (s.name, s.length, s.mode) == ('f', 300000, 0o640)
    assert abs(s.mtime - os.stat(TREE + '/f').st_mtime) <= 1
    c.wstat(fid, p9.Stat(mode=0o600, length=10, mtime=1000000000))
    st = os.stat(TREE + '/f')
    assert (st.st_mode & 0o777, st.st_size, st.st_mtime) == (0o600, 10, 1000000000)
    c.wstat(fid, p9.Stat(name='g'))
    assert os.listdir(TREE) == ['g'] and c.stat(fid).name == 'g'
    c.wstat(fid, p9.Stat())
    c.open(fid, p9.ORDWR | p9.OTRUNC)
    assert c.write(fid, 5, b'xy') == 2 and c.read(fid, 0, 10) == b'\0\0\0\0\0xy'
    c.remove(fid)
    assert os.listdir(TREE) == []
    assert error(c.walk, 'g') == 'file does not exist'
    c.close()


def folders():
    c = p9.Client(SOCK, msize=700)
    fid = c.walk('/')
    c.create(fid, 'd', p9.DMDIR | 0o750)
    c.clunk(fid)
    for i in range(300):
        open('%s/d/%s%d' % (TREE, 'x' * (i % 50), i), 'w').close()
    want = sorted(os.listdir(TREE + '/d'))
    for n in None, 200, 676:
        assert sorted(e.name for e in c.entries('d', n)) == want
    qids = {e.name: e.qid for e in c.entries('d')}
    assert len({q[2] for q in qids.values()}) == 300
    for name in want[::40]:
        fid = c.walk('d/' + name)
        assert c.stat(fid).qid == qids[name] and c.open(fid)[0] == qids[name]
        c.remove(fid)
    assert len(os.listdir(TREE + '/d')) == 300 - len(want[::40])
    fid = c.walk('d')
    c.wstat(fid, p9.Stat(name='e'))
    assert c.stat(fid).name == 'e'
    assert [q[0] for q in c.walkfid(fid, c.newfid(), ['..', 'e'])] == [p9.QTDIR, p9.QTDIR]
    assert 'not empty' in error(c.remove, fid)
    subprocess.check_call(['rm', '-r', TREE + '/e'])
    c.close()


def modes():
    c, d = p9.Client(SOCK), p9.Client(SOCK)
    c.writeall('/', 'x', b'one')
    fid = c.walk('/')
    c.create(fid, 'excl', p9.DMEXCL | 0o600, p9.OWRITE)
    other = d.walk('excl')
    assert 'file is locked' in error(d.open, other)
    c.clunk(fid)
    assert d.open(other)[0][0] == 0x20
    fid = c.walk('/')
    c.create(fid, 'app', p9.DMAPPEND | 0o600, p9.OWRITE)
    for _ in range(3):
        c.write(fid, 0, b'more')
    assert c.readall('app') == b'more' * 3
    fid = c.walk('x')
    assert error(c.open, fid, p9.OEXEC) == 'permission denied'
    fid = c.walk('x')
    c.open(fid, p9.OREAD | p9.ORCLOSE)
    c.close()
    until('the file stays', lambda: not os.path.exists(TREE + '/x'))
    for name in 'excl', 'app':
        d.remove(d.walk(name) if name == 'app' else other)
    d.close()


def pipelined():
    c = p9.Client(SOCK, msize=64 * 1024)
    data = random.Random(2).randbytes(2000000)
    with open(TREE + '/big', 'wb') as f:
        f.write(data)
    fid = c.walk('big')
    c.open(fid, p9.ORDWR)
    offs = [random.Random(3).randrange(len(data)) for _ in range(300)]
    # no more than a socket has room for: this client sends, and then reads
    for k in range(0, 300, 50):
        tags = [(o, c.readtag(fid, o, 9000)) for o in offs[k:k + 50]]
        for off, tag in reversed(tags):
            assert c.readanswer(tag) == data[off:off + 9000]
    tags = [c.send(p9.TWRITE, struct.pack('<IQI', fid, i * 10000, 10000) + bytes([i]) * 10000)
            for i in range(100)]
    for t in tags:
        assert c.wait(t).take('I') == 10000
    with open(TREE + '/big', 'rb') as f:
        assert f.read(1000000) == b''.join(bytes([i]) * 10000 for i in range(100))
    c.remove(fid)
    c.close()


def worker(i, result):
    """One of many clients: its own file, written, read and checked, among others' work."""
    r = random.Random(i)
    c = p9.Client(SOCK, msize=r.choice([300, 8192, 1 << 20]))
    for n in range(6):
        data = r.randbytes(r.randrange(1, 60000))
        name = 'w%d.%d' % (i, n)
        c.writeall('/', name, data)
        assert hashlib.sha1(c.readall(name)).digest() == hashlib.sha1(data).digest()
        assert name in [e.name for e in c.entries('/')]
        fid = c.walk(name)
        assert c.stat(fid).length == len(data)
        c.remove(fid)
    c.close()
    result.put(i)


def eight_at_once():
    q = multiprocessing.Queue()
    ps = [multiprocessing.Process(target=worker, args=(i, q)) for i in range(8)]
    for p in ps:
        p.start()
    for p in ps:
        p.join(2 * WAIT)
        assert p.exitcode == 0, 'a client ended with %s' % p.exitcode
    assert sorted(q.get(timeout=WAIT) for _ in ps) == list(range(8))
    assert os.listdir(TREE) == []


# --- the name space, over TCP

def devices():
    c = p9.Client(ADDR)
    assert {'dev', 'proc', 'env', 'fd', 'srv', 'tmp'} <= {e.name for e in c.entries('/')}
    assert c.readall('dev/sysname') != b''
    assert c.readall('env/OF') == b'the export'
    c.writeall('env', 'new', b'value')
    assert c.readall('env/new') == b'value'
    c.remove(c.walk('env/new'))
    assert any(e.name.isdigit() for e in c.entries('proc'))
    assert c.readall('proc/1/status').split()[0] == b'cat'
    # one file has one qid, and no two have the same
    seen = {}
    for dir_ in 'dev', 'env', 'srv', 'proc', 'proc/1', 'mnt/pipe':
        for e in c.entries(dir_):
            assert seen.setdefault(e.qid[2], (dir_, e.name)) == (dir_, e.name), (dir_, e.name)
            if dir_ != 'proc':
                assert c.stat(c.walk(dir_ + '/' + e.name)).qid[2] == e.qid[2]
    assert 'authentication not required' == error(c.auth, 50)
    sub = c.newfid()
    c.attach(sub, '/mnt/pipe')
    assert {e.name for e in c.entries('mnt/pipe')} == {'data', 'data1'}
    assert c.stat(sub).name == '/' and len(c.walkfid(sub, c.newfid(), ['..', '..', 'data'])) == 3
    c.close()


def pipe_ends(c):
    r, w = c.walk('mnt/pipe/data'), c.walk('mnt/pipe/data1')
    c.open(r)
    c.open(w, p9.OWRITE)
    return r, w


def waits_and_flushes():
    c = p9.Client(ADDR)
    r, w = pipe_ends(c)
    for i in range(30):
        tag = c.readtag(r, 0, 100)
        if i % 3:
            c.stat(0)
        assert tag in c.asked
        flushes = [c.flushtag(tag) for _ in range(i % 4 + 1)]
        came = []
        for _ in flushes:
            type_, t, _ = c.recv()
            assert type_ == p9.TFLUSH + 1
            came.append(t)
        assert came == flushes
        # the read was not carried out, and is not answered
        del c.asked[tag]
    tag = c.readtag(r, 0, 100)
    assert c.write(w, 0, b'hello') == 5 and c.readanswer(tag) == b'hello'
    assert c.flush(4711) is None
    # answered before the flush, which comes too late
    c.write(w, 0, b'again')
    tag = c.readtag(r, 0, 100)
    assert c.readanswer(tag) == b'again'
    c.flush(tag)
    c.close()


def versions():
    c = p9.Client(ADDR, msize=4096)
    assert c.msize == 4096
    r, _ = pipe_ends(c)
    c.readtag(r, 0, 10)
    c.readtag(r, 0, 10)
    c.asked = {}
    assert c.version(1 << 30) == '9P2000' and c.msize == 1 << 20
    assert error(c.clunk, 0) == 'fid unknown or out of range'
    c.attach(0)
    assert c.readall('env/OF') == b'the export'
    assert c.version(8192, '9P2000.L') == '9P2000' and c.version(8192, '9P1999') == 'unknown'
    c.close()


def lies():
    rand = random.Random(5)
    for i in range(150):
        c = p9.Client(ADDR, version=i % 2)
        try:
            for _ in range(rand.randrange(5)):
                n = rand.randrange(60)
                b = rand.randbytes(n)
                if rand.random() < 0.7:
                    b = struct.pack('<IB', n + 5, rand.randrange(98, 130)) + b
                c.sendraw(b)
        except OSError:
            pass  # it has hung up
        c.close()
    c = p9.Client(ADDR)
    assert c.readall('env/OF') == b'the export'
    c.sendraw(struct.pack('<IBHI', 6, p9.TSTAT, 1, 0))
    try:
        assert b'malformed' in c.exactly(30)
        c.exactly(1000)
        raise AssertionError('served after a wrong size')
    except (EOFError, ConnectionError):
        pass
    c.close()


def hangups():
    # more than may be at once
    for i in range(100):
        c = p9.Client(ADDR)
        if i % 4 == 0:
            r, _ = pipe_ends(c)
            for _ in range(5):
                c.readtag(r, 0, 10)
        c.close()
    c = p9.Client(ADDR)
    assert c.readall('env/OF') == b'the export'
    c.close()


def limits():
    cs = []
    why = None
    while why is None and len(cs) < 70:
        try:
            cs.append(p9.Client(ADDR))
        except p9.Error as e:
            why = str(e)
    assert why == 'export: more than 64 connections', why
    for c in cs[1:]:
        c.close()
    c, why = cs[0], None
    for base in range(1000, 70000, 500):
        tags = [c.send(p9.TWALK, struct.pack('<IIH', 0, base + i, 0)) for i in range(500)]
        for t in tags:
            try:
                c.wait(t)
            except p9.Error as e:
                why = str(e)
        if why:
            break
    assert why == 'export: more than 65536 fids', why
    c.clunk(1000)
    c.version(8192)
    c.attach(0)
    r, _ = pipe_ends(c)
    tags = [c.readtag(r, 0, 10) for _ in range(128)]
    assert error(c.stat, 0) == 'export: more than 128 requests under way'
    c.close()
    def again():
        try:
            d = p9.Client(ADDR)
            d.readall('env/OF')
            d.close()
            return True
        except p9.Error:
            return False
    until('the limit stays', again)


def threads():
    """One connection, eight threads that each wait for their own answers."""
    c = p9.Client(SOCK)
    data = random.Random(7).randbytes(100000)
    c.writeall('/', 't', data)
    fid = c.walk('t')
    c.open(fid)
    sending, answers, ready = threading.Lock(), {}, threading.Condition()
    wrong = []

    def reader(i):
        r = random.Random(i)
        for _ in range(100):
            off = r.randrange(len(data))
            with sending:
                tag = c.readtag(fid, off, 3000)
            with ready:
                if not ready.wait_for(lambda: tag in answers, WAIT):
                    wrong.append('no answer')
                    return
                b = answers.pop(tag)
            if b != data[off:off + 3000]:
                wrong.append(off)

    ts = [threading.Thread(target=reader, args=(i,)) for i in range(8)]
    for t in ts:
        t.start()
    for _ in range(800):
        _, tag, r = c.recv()
        with ready:
            answers[tag] = r.bytes(r.take('I'))
            ready.notify_all()
    for t in ts:
        t.join(WAIT)
    assert wrong == []
    c.remove(fid)
    c.close()


def descriptor():
    """A connection that run9 was started with; it ends with its client."""
    import socket
    a, b = socket.socketpair()
    p = subprocess.Popen([RUN9, '--export', 'fd!%d=%s' % (b.fileno(), TREE)],
                         pass_fds=[b.fileno()], stdin=subprocess.DEVNULL)
    b.close()
    p9.connect = lambda addr: a
    c = p9.Client('')
    c.writeall('/', 'fd', b'text')
    c.remove(c.walk('fd'))
    a.shutdown(socket.SHUT_RDWR)
    assert p.wait(WAIT) == 0


def listening_descriptor():
    """A socket that listens, which run9 was started with: each who connects is served."""
    import socket
    s = socket.create_server(('127.0.0.1', 0))
    p = subprocess.Popen([RUN9, '--export', 'fd!%d=%s' % (s.fileno(), TREE)],
                         pass_fds=[s.fileno()], stdin=subprocess.DEVNULL)
    for _ in range(2):
        a = socket.create_connection(s.getsockname(), WAIT)
        p9.connect = lambda addr: a
        c = p9.Client('')
        c.writeall('/', 'fd', b'text')
        c.remove(c.walk('fd'))
        c.close()
    s.close()
    p.send_signal(signal.SIGINT)
    assert p.wait(WAIT) == -signal.SIGINT


def main():
    global ADDR
    os.mkdir(TREE)
    passed = failed = 0
    # a script's background processes ignore it, and so would run9
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    unix = subprocess.Popen([RUN9, '--export', 'unix!%s=%s' % (SOCK, TREE)])
    tcp = subprocess.Popen([RUN9, '-e', 'OF=the export', '-b', '#|:/mnt/pipe', '--export',
                            'tcp!127.0.0.1!0', PROGS + '/cat'],
                           stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ADDR = tcp.stderr.readline().split()[-1]
    until('no socket', lambda: os.path.exists(SOCK))
    for t in (files, folders, modes, pipelined, eight_at_once, threads, devices,
              waits_and_flushes, versions, lies, hangups, limits, listening_descriptor, descriptor):
        try:
            t()
            passed += 1
        except Exception:
            failed += 1
            print('FAIL: %s' % t.__name__)
            traceback.print_exc(file=sys.stdout)
    # the program ends, and the instance with it
    tcp.stdin.close()
    ended = tcp.wait(WAIT)
    unix.send_signal(signal.SIGINT)
    interrupted = unix.wait(WAIT)
    if ended != 0 or interrupted != -signal.SIGINT or os.path.exists(SOCK):
        failed += 1
        print('FAIL: the end: status %s, %s' % (ended, interrupted))
    print('%d passed, %d failed' % (passed, failed))
    sys.exit(0)


main()
