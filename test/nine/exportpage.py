"""The statements of section 5, one after the other, asked of run9 --export: exportpage.py run9 folder.

Prints "N passed, N failed". Called by test/export.sh, in a folder of its own that goes afterwards.
"""
import os
import signal
import struct
import subprocess
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import p9

RUN9, TMP = sys.argv[1:3]
TREE, SOCK = TMP + '/page', TMP + '/page.sock'
WAIT = 60


def error(f, *a):
    """The text of the Rerror that f gets."""
    try:
        v = f(*a)
    except p9.Error as e:
        return str(e)
    raise AssertionError('no error, but %s' % (v,))


def make(path, text=b'', mode=0o644):
    with open(TREE + '/' + path, 'wb') as f:
        f.write(text)
    os.chmod(TREE + '/' + path, mode)


def host(path):
    with open(TREE + '/' + path, 'rb') as f:
        return f.read()


def mode(path):
    return os.stat(TREE + '/' + path).st_mode & 0o7777


def there(path):
    return os.path.lexists(TREE + '/' + path)


# --- walk(5)

def walk_clones_files_and_folders(c):
    make('f', b'text')
    fid = c.walk('f')
    new = c.newfid()
    assert c.walkfid(fid, new, []) == []
    assert c.walkfid(fid, fid, []) == []
    assert c.stat(new).qid == c.stat(fid).qid
    c.clunk(fid)
    c.open(new)
    assert c.read(new, 0, 10) == b'text'
    # one clone is open, the other is not
    c.clunk(new)


def walk_that_ends_early_changes_nothing(c):
    os.makedirs(TREE + '/d/e')
    make('d/e/f')
    fid = c.walk('d')
    was = c.stat(fid).qid
    assert len(c.walkfid(fid, fid, ['e', 'no', 'f'])) == 1
    assert c.stat(fid).qid == was
    assert len(c.walkfid(fid, fid, ['e', 'f', 'x', 'y'])) == 2
    assert c.stat(fid).qid == was
    assert error(c.walkfid, fid, fid, ['no', 'e']) == 'file does not exist'
    assert c.stat(fid).qid == was
    new = c.newfid()
    assert len(c.walkfid(fid, new, ['e', 'f', 'x'])) == 2
    assert error(c.clunk, new) == 'fid unknown or out of range'


def walk_of_dot_dot_stays_in_the_root(c):
    fid = c.newfid()
    qids = c.walkfid(0, fid, ['..', '..'])
    assert [q[2] for q in qids] == 2 * [c.stat(0).qid[2]] and c.stat(fid).name == '/'
    sub = c.newfid()
    os.makedirs(TREE + '/s/t')
    c.attach(sub, 's')
    assert c.walkfid(sub, c.newfid(), ['..'])[0][2] == c.stat(sub).qid[2]


def walk_of_sixteen_names(c):
    os.makedirs(TREE + '/x' * 20)
    fid = c.newfid()
    assert len(c.walkfid(0, fid, ['x'] * 16)) == 16
    assert error(c.walkfid, 0, c.newfid(), ['x'] * 17) != ''
    assert c.stat(fid).name == 'x'


def walk_finds_what_stat_and_read_say(c):
    make('q')
    os.mkdir(TREE + '/qd')
    for name, type_ in ('q', 0), ('qd', 0x80):
        fid = c.newfid()
        qid = c.walkfid(0, fid, [name])[0]
        assert qid[0] == type_ and qid == c.stat(fid).qid
        entry, = [e for e in c.entries('/') if e.name == name]
        assert entry.qid == qid
        assert c.open(fid)[0] == qid


def a_name_of_255_bytes(c):
    name = 'n' * 255
    c.writeall('/', name, b'long')
    assert c.readall(name) == b'long' and host(name) == b'long'
    assert c.stat(c.walk(name)).name == name
    fid = c.walk('/')
    assert error(c.create, fid, name + 'n', 0o644, p9.OWRITE) != ''
    assert error(c.walk, 'n' * 70) == 'file does not exist'
    assert error(c.walk, 'n' * 300) != ''
    assert error(c.walk, 'n' * 60000) != ''
    # the fid is the directory still
    c.create(fid, 'short', 0o644, p9.OWRITE)
    utf = 'ünïcødé 日本'
    c.writeall('/', utf, b'runes')
    assert utf in os.listdir(TREE) and c.readall(utf) == b'runes'


# --- open(5)

def open_of_a_folder(c):
    os.mkdir(TREE + '/d')
    for m in (p9.OWRITE, p9.ORDWR, p9.OEXEC, p9.OREAD | p9.OTRUNC, p9.OREAD | p9.ORCLOSE):
        fid = c.walk('d')
        assert error(c.open, fid, m) != '', m
        c.clunk(fid)
        assert there('d'), m
    fid = c.walk('d')
    c.open(fid)
    assert c.read(fid, 0, 1000) == b''
    assert error(c.write, fid, 0, b'x') != ''


def open_twice_is_an_error(c):
    make('f', b'text')
    fid = c.walk('f')
    c.open(fid)
    assert error(c.open, fid) != ''
    assert error(c.walkfid, fid, c.newfid(), []) != ''
    assert error(c.create, fid, 'g') != ''
    # and it is open still
    assert c.read(fid, 1, 2) == b'ex'


def open_truncates(c):
    make('f', b'text')
    fid = c.walk('f')
    c.open(fid, p9.OWRITE)
    assert host('f') == b'text'
    fid = c.walk('f')
    c.open(fid, p9.OWRITE | p9.OTRUNC)
    assert host('f') == b''
    make('f', b'text')
    fid = c.walk('f')
    c.open(fid, p9.OREAD | p9.OTRUNC)
    assert host('f') == b'' and c.read(fid, 0, 10) == b''
    assert error(c.write, fid, 0, b'x') != ''


def open_does_not_truncate_what_is_appended_to(c):
    fid = c.walk('/')
    c.create(fid, 'log', p9.DMAPPEND | 0o644, p9.OWRITE)
    assert c.stat(fid).mode == p9.DMAPPEND | 0o644
    c.write(fid, 100, b'one')
    c.clunk(fid)
    fid = c.walk('log')
    q, _ = c.open(fid, p9.ORDWR | p9.OTRUNC)
    assert q[0] == 0x40
    assert c.write(fid, 0, b'two') == 3
    assert c.read(fid, 0, 10) == b'onetwo'


def open_permissions_are_those_of_the_open(c):
    make('f', b'text')
    r, w = c.walk('f'), c.walk('f')
    c.open(r)
    c.open(w, p9.OWRITE)
    c.wstat(c.walk('f'), p9.Stat(mode=0))
    assert c.read(r, 0, 10) == b'text' and c.write(w, 0, b'T') == 1
    c.remove(c.walk('f'))
    assert not there('f')
    # by host files, an open file lives on
    got = c.read(r, 0, 10)
    assert got == b'Text', got
    c.clunk(r)
    c.clunk(w)


def open_with_bits_that_must_be_zero(c):
    make('f', b'text')
    for m in 0x80, 0x04, 0x08:
        fid = c.walk('f')
        assert error(c.open, fid, m) != '', hex(m)


def rclose(c):
    make('f')
    fid = c.walk('f')
    c.open(fid, p9.OREAD | p9.ORCLOSE)
    other = c.walk('f')
    c.clunk(fid)
    assert not there('f')
    assert error(c.open, other) != ''
    # a file that has taken the name meanwhile is not removed
    make('f')
    fid = c.walk('f')
    c.open(fid, p9.OREAD | p9.ORCLOSE)
    os.unlink(TREE + '/f')
    make('f', b'another')
    c.clunk(fid)
    assert there('f')
    # Tversion and the end of the connection clunk
    d = p9.Client(SOCK)
    fid = d.walk('f')
    d.open(fid, p9.OREAD | p9.ORCLOSE)
    d.version(8192)
    assert not there('f')
    d.close()


def exclusive(c):
    d = p9.Client(SOCK)
    fid = c.walk('/')
    q, _ = c.create(fid, 'x', p9.DMEXCL | 0o600, p9.OWRITE)
    assert q[0] == 0x20
    for k in c, d:
        other = k.walk('x')
        for m in p9.OREAD, p9.OWRITE, p9.OREAD | p9.OTRUNC:
            assert error(k.open, other, m) != ''
        assert k.stat(other).mode == p9.DMEXCL | 0o600
    c.write(fid, 0, b'abc')
    d.version(8192)
    d.attach(0)
    c.clunk(fid)
    assert d.readall('x') == b'abc'
    # made exclusive while it is open
    d.close()


# --- create(5)

def create_masks_permissions_by_those_of_the_folder(c):
    for dirmode in 0o700, 0o750, 0o755, 0o777, 0o711:
        os.mkdir(TREE + '/m')
        os.chmod(TREE + '/m', dirmode)
        for perm in 0o666, 0o777, 0o600, 0o444, 0o755, 0o640:
            fid = c.walk('m')
            c.create(fid, 'f', perm, p9.OREAD)
            want = perm & (~0o666 | (dirmode & 0o666))
            assert mode('m/f') == want, (oct(dirmode), oct(perm), oct(mode('m/f')))
            assert c.stat(fid).mode == want
            c.remove(fid)
            fid = c.walk('m')
            c.create(fid, 'd', p9.DMDIR | perm, p9.OREAD)
            want = perm & (~0o777 | (dirmode & 0o777))
            assert mode('m/d') == want, (oct(dirmode), oct(perm), oct(mode('m/d')))
            assert c.stat(fid).mode == p9.DMDIR | want
            c.remove(fid)
        os.rmdir(TREE + '/m')


def create_does_not_look_at_the_permissions_it_gives(c):
    fid = c.walk('/')
    c.create(fid, 'f', 0o400, p9.ORDWR)
    assert c.write(fid, 0, b'abc') == 3 and c.read(fid, 0, 10) == b'abc'
    c.clunk(fid)
    fid = c.walk('/')
    c.create(fid, 'none', 0, p9.OWRITE)
    assert c.write(fid, 0, b'abc') == 3


def create_of_a_folder_is_for_reading(c):
    for m in p9.OWRITE, p9.ORDWR, p9.OREAD | p9.OTRUNC, p9.OREAD | p9.ORCLOSE:
        fid = c.walk('/')
        assert error(c.create, fid, 'd', p9.DMDIR | 0o755, m) != '', m
        assert not there('d'), m
        # the fid is the folder that it was
        c.create(fid, 'd', p9.DMDIR | 0o755, p9.OREAD)
        assert c.read(fid, 0, 100) == b'' and c.stat(fid).name == 'd'
        c.remove(fid)
        assert not there('d')


def create_of_what_is_there_is_an_error(c):
    make('f', b'text')
    os.symlink('nowhere', TREE + '/link')
    os.mkdir(TREE + '/d')
    for name in 'f', 'd', 'link':
        for perm in 0o644, p9.DMDIR | 0o755:
            fid = c.walk('/')
            assert error(c.create, fid, name, perm, p9.OREAD) != '', name
    assert host('f') == b'text'
    fid = c.walk('f')
    assert error(c.create, fid, 'g', 0o644, p9.OREAD) != ''
    assert c.stat(fid).name == 'f'


def create_of_names_that_are_none(c):
    for name in '', '.', '..', 'a/b', '/', 'a\0b', 'a\nb':
        fid = c.walk('/')
        assert error(c.create, fid, name, 0o644, p9.OREAD) != ''
    assert os.listdir(TREE) == []


def create_of_a_temporary_file(c):
    fid = c.walk('/')
    q, _ = c.create(fid, 't', p9.DMTMP | 0o644, p9.OWRITE)
    assert q[0] == 0x04 and c.stat(fid).mode == p9.DMTMP | 0o644


# --- read(5), write(5)

def reads_and_writes(c):
    make('f', b'0123456789')
    fid = c.walk('f')
    q, iounit = c.open(fid, p9.ORDWR)
    assert iounit <= c.msize - p9.IOHDRSZ
    assert c.read(fid, 3, 4) == b'3456'
    assert c.read(fid, 8, 100) == b'89'
    assert c.read(fid, 10, 100) == b'' == c.read(fid, 1 << 40, 100) == c.read(fid, 0, 0)
    assert c.write(fid, 20, b'x') == 1
    assert host('f') == b'0123456789' + b'\0' * 10 + b'x'
    assert c.write(fid, 5, b'') == 0 and len(host('f')) == 21
    # more than fits: what fits
    big = c.walk('/')
    c.create(big, 'big', 0o644, p9.ORDWR)
    data = bytes(range(256)) * 400
    at = 0
    while at < len(data):
        at += c.write(big, at, data[at:at + 8192 - p9.IOHDRSZ])
    d = p9.Client(SOCK, msize=8192)
    fid = d.walk('big')
    d.open(fid)
    got = d.read(fid, 0, 1 << 30)
    assert 8192 - 2 * p9.IOHDRSZ < len(got) <= 8192 - 11 and data.startswith(got)
    d.close()


def reads_of_a_folder(c):
    names = ['n%03d' % i for i in range(200)]
    for n in names:
        make(n)
    fid = c.walk('/')
    c.open(fid)
    off, got = 0, []
    while True:
        b = c.read(fid, off, 1000)
        if not b:
            break
        assert len(b) <= 1000
        r = p9.Reader(b)
        while r.at < len(b):
            got.append(p9.Stat.unpack(r).name)
        # other places than the next are errors
        for bad in off + len(b) + 1, off + 1:
            assert error(c.read, fid, bad, 1000) != ''
        off += len(b)
    assert sorted(got) == names
    assert c.read(fid, off, 1000) == b''
    # from the beginning on, with what is there now
    make('zz')
    off, got = 0, []
    while True:
        b = c.read(fid, off, 5000)
        if not b:
            break
        off += len(b)
        r = p9.Reader(b)
        while r.at < len(b):
            got.append(p9.Stat.unpack(r).name)
    assert sorted(got) == names + ['zz']
    assert '.' not in got and '..' not in got


def qid_versions_change(c):
    make('f', b'text')
    fid = c.walk('f')
    v0 = c.stat(fid).qid
    w = c.walk('f')
    c.open(w, p9.OWRITE)
    seen = {v0[1]}
    for i in range(5):
        c.write(w, 10 + i, b'x')
        q = c.stat(fid).qid
        assert q[2] == v0[2] and q[1] not in seen, i
        seen.add(q[1])
    # of the same length
    time.sleep(0.05)
    c.write(w, 0, b'X')
    assert c.stat(fid).qid[1] not in seen
    # a new file of the same name is another file
    keep = c.stat(fid).qid
    held = os.open(TREE + '/f', os.O_RDONLY)
    os.unlink(TREE + '/f')
    make('f', b'text')
    assert c.stat(c.walk('f')).qid[2] != keep[2]
    os.close(held)


# --- clunk(5), remove(5)

def remove_clunks_whatever_becomes_of_it(c):
    os.makedirs(TREE + '/d/e')
    make('f')
    fid = c.walk('d')
    assert error(c.remove, fid) != ''
    assert error(c.clunk, fid) == 'fid unknown or out of range'
    fid = c.walk('f')
    os.unlink(TREE + '/f')
    assert error(c.remove, fid) != ''
    assert error(c.stat, fid) == 'fid unknown or out of range'
    make('g')
    fid = c.walk('g')
    c.open(fid, p9.ORDWR)
    c.remove(fid)
    assert not there('g') and error(c.clunk, fid) == 'fid unknown or out of range'
    fid = c.walk('d')
    c.open(fid)
    assert error(c.remove, fid) != '' and there('d')


def remove_of_the_root_is_an_error(c):
    root = c.newfid()
    c.walkfid(0, root, [])
    assert error(c.remove, root) != ''
    assert os.path.isdir(TREE)
    os.mkdir(TREE + '/d')
    sub = c.newfid()
    c.attach(sub, 'd')
    assert error(c.remove, sub) != ''
    assert there('d')


# --- stat(5)

def wstat_changes_all_or_nothing(c):
    make('f', b'text', 0o644)
    make('g', b'other')
    fid = c.walk('f')
    os.utime(TREE + '/f', (1000, 2000))
    wrong = (
        p9.Stat(name='g', mode=0o600, length=1, mtime=5),
        p9.Stat(name='h', mode=0o600 | p9.DMDIR, length=1),
        p9.Stat(name='h', mode=0o600, uid='nosuchuser'),
        p9.Stat(name='h', mode=0o600, gid='nosuchgroup'),
        p9.Stat(name='h/i', mode=0o600),
        p9.Stat(name='.', mode=0o600),
        p9.Stat(name='..', mode=0o600),
        p9.Stat(name='a\0b', mode=0o600),
        p9.Stat(name='a\nb', mode=0o600),
        p9.Stat(name='n' * 300, mode=0o600, length=1),
        p9.Stat(name='h', mode=0o600, qid=(0xFF, 1, (1 << 64) - 1)),
        p9.Stat(name='h', mode=0o600, qid=(0x80, 0xFFFFFFFF, (1 << 64) - 1)),
        p9.Stat(name='h', mode=0o600, qid=(0xFF, 0xFFFFFFFF, 77)),
        p9.Stat(name='h', mode=0o600 | 0x01000000),
        p9.Stat(mode=0o600, length=1 << 63),
    )
    for i, w in enumerate(wrong):
        assert error(c.wstat, fid, w) != '', i
        st = os.stat(TREE + '/f')
        assert (st.st_mode & 0o777, st.st_size, st.st_mtime) == (0o644, 4, 2000), i
        assert c.stat(fid).name == 'f' and sorted(os.listdir(TREE)) == ['f', 'g'], i
    c.wstat(fid, p9.Stat(name='h', mode=0o600, length=2, mtime=5, atime=6))
    st = os.stat(TREE + '/h')
    assert (st.st_mode & 0o777, st.st_size, st.st_mtime, st.st_atime) == (0o600, 2, 5, 6)
    assert c.stat(fid).name == 'h'


def wstat_of_what_is_so_already(c):
    make('f', b'text', 0o640)
    fid = c.walk('f')
    s = c.stat(fid)
    c.wstat(fid, s)
    assert c.stat(fid).__dict__ == s.__dict__
    c.wstat(fid, p9.Stat(name='f'))
    c.wstat(fid, p9.Stat(mode=0o640))
    c.wstat(fid, p9.Stat(gid=s.gid, uid=s.uid))
    os.mkdir(TREE + '/d')
    fid = c.walk('d')
    c.wstat(fid, c.stat(fid))
    c.wstat(fid, p9.Stat(length=0))
    assert error(c.wstat, fid, p9.Stat(length=1)) != ''
    assert error(c.wstat, fid, p9.Stat(mode=0o755)) != ''
    c.wstat(fid, p9.Stat(mode=0o711 | p9.DMDIR))
    assert mode('d') == 0o711


def wstat_renames_files_and_folders(c):
    os.makedirs(TREE + '/d/sub')
    make('d/sub/f', b'text')
    make('d/g', b'other')
    os.mkdir(TREE + '/empty')
    fid = c.walk('d')
    below = c.walk('d/sub')
    # a folder that is there is a name in use, also if it is empty
    assert error(c.wstat, fid, p9.Stat(name='empty')) != ''
    assert there('empty') and there('d')
    c.wstat(fid, p9.Stat(name='e'))
    assert c.stat(fid).name == 'e' and c.readall('e/sub/f') == b'text'
    f = c.newfid()
    c.walkfid(fid, f, ['sub', 'f'])
    c.open(f)
    assert c.read(f, 0, 10) == b'text'
    # an open file
    g = c.walk('e/g')
    c.open(g, p9.ORDWR)
    c.wstat(g, p9.Stat(name='gg'))
    assert c.stat(g).name == 'gg'
    assert c.read(g, 0, 10) == b'other'
    assert error(c.wstat, g, p9.Stat(name='sub')) != ''
    c.remove(g)
    assert sorted(os.listdir(TREE + '/e')) == ['sub']
    c.clunk(below)
    assert error(c.wstat, 0, p9.Stat(name='root')) != ''
    assert os.path.isdir(TREE)


def fids_are_of_files_not_of_names(c):
    os.makedirs(TREE + '/d/sub')
    make('d/sub/f', b'text')
    make('d/g', b'other')
    other = p9.Client(SOCK)
    d, sub, f, g = (other.walk(s) for s in ('d', 'd/sub', 'd/sub/f', 'd/g'))
    c.wstat(c.walk('d'), p9.Stat(name='e'))
    # another of the old name
    os.makedirs(TREE + '/d/sub')
    make('d/sub/f', b'wrong')
    make('d/g', b'wrong')
    assert [other.stat(k).name for k in (d, sub, f, g)] == ['e', 'sub', 'f', 'g']
    assert other.stat(f).length == 4
    for k, names, text in (d, ['sub', 'f'], b'text'), (sub, ['f'], b'text'), (f, [], b'text'), \
            (g, [], b'other'), (sub, ['..', 'g'], b'other'):
        new = other.newfid()
        other.walkfid(k, new, names)
        other.open(new)
        assert other.read(new, 0, 10) == text, names
    made = other.newfid()
    other.walkfid(sub, made, [])
    other.create(made, 'new', 0o644, p9.OWRITE)
    assert there('e/sub/new') and not there('d/sub/new')
    # a file, twice, and by the fid of a folder that was renamed
    c.wstat(c.walk('e/g'), p9.Stat(name='h'))
    c.wstat(c.walk('e/h'), p9.Stat(name='i'))
    assert other.stat(g).name == 'i'
    other.wstat(g, p9.Stat(name='j', mode=0o600))
    assert mode('e/j') == 0o600 and other.stat(g).name == 'j'
    other.wstat(f, p9.Stat(name='k', length=2))
    assert host('e/sub/k') == b'te'
    other.remove(f)
    assert not there('e/sub/k') and there('d/sub/f')
    other.remove(g)
    assert not there('e/j')
    other.wstat(d, p9.Stat(name='l'))
    assert there('l/sub/new') and other.stat(sub).name == 'sub'
    # more than are pinned together
    many = []
    for i in range(100):
        make('l/%d' % i)
        many.append(other.walk('l/%d' % i))
    c.wstat(c.walk('l'), p9.Stat(name='m'))
    for i, fid in enumerate(many):
        assert other.stat(fid).name == str(i)
        other.open(fid)
    other.close()


def wstat_of_lengths(c):
    make('f', b'text')
    fid = c.walk('f')
    c.wstat(fid, p9.Stat(length=8))
    assert host('f') == b'text\0\0\0\0'
    c.wstat(fid, p9.Stat(length=1))
    assert host('f') == b't'
    r = c.walk('f')
    c.open(r)
    c.wstat(r, p9.Stat(length=0))
    assert host('f') == b''


def wstat_of_mode_bits(c):
    make('f', b'text')
    fid = c.walk('f')
    c.wstat(fid, p9.Stat(mode=p9.DMAPPEND | 0o600))
    s = c.stat(fid)
    assert s.mode == p9.DMAPPEND | 0o600 and s.qid[0] == 0x40
    w = c.walk('f')
    c.open(w, p9.OWRITE | p9.OTRUNC)
    c.write(w, 0, b'+')
    assert host('f') == b'text+'
    c.wstat(fid, p9.Stat(mode=0o600))
    w = c.walk('f')
    c.open(w, p9.OWRITE)
    c.write(w, 0, b'-')
    assert host('f') == b'-ext+'
    c.wstat(fid, p9.Stat(mode=p9.DMEXCL | 0o600))
    a, b = c.walk('f'), c.walk('f')
    c.open(a)
    assert error(c.open, b) != ''
    c.clunk(a)
    c.open(b)


def wstat_that_changes_nothing_is_a_sync(c):
    make('f', b'text')
    fid = c.walk('f')
    c.wstat(fid, p9.Stat())
    c.open(fid, p9.OWRITE)
    c.wstat(fid, p9.Stat())
    assert error(c.wstat, 4711, p9.Stat()) != ''
    os.unlink(TREE + '/f')
    c.wstat(fid, p9.Stat())


def stat_of_the_root(c):
    assert c.stat(0).name == '/'
    os.makedirs(TREE + '/d/e')
    fid = c.newfid()
    c.walkfid(0, fid, ['d', '..'])
    assert c.stat(fid).name == '/'
    c.walkfid(0, 99, ['d', 'e', '..'])
    assert c.stat(99).name == 'd'
    c.clunk(99)
    os.chmod(TREE + '/d', 0o3755)
    s = c.stat(c.walk('d'))
    assert (s.mode & ~0o777, s.length) == (p9.DMDIR, 0)


def folder_times(c):
    os.mkdir(TREE + '/d')
    os.utime(TREE + '/d', (1000, 1000))
    fid = c.walk('d')
    c.create(fid, 'f', 0o644, p9.OWRITE)
    assert c.stat(c.walk('d')).mtime > 1000
    os.utime(TREE + '/d', (1000, 1000))
    c.wstat(fid, p9.Stat(name='g'))
    assert c.stat(c.walk('d')).mtime > 1000
    os.utime(TREE + '/d/g', (1000, 1000))
    c.write(fid, 0, b'x')
    assert c.stat(fid).mtime > 1000


# --- version(5), intro(5)

def version_resets(c):
    d = p9.Client(SOCK, msize=20000)
    assert d.msize == 20000
    make('f', b'text')
    fid = d.walk('f')
    d.open(fid)
    assert d.version(300) == '9P2000' and d.msize == 300
    assert error(d.read, fid, 0, 1) == 'fid unknown or out of range'
    d.attach(fid)
    assert d.stat(fid).name == '/'
    # a server need not understand
    for v in 'unknown', '', '8P2000', '9P', '9P1', 'x' * 200:
        assert d.version(8192, v) == 'unknown', v
        assert error(d.attach, 0) != ''
    for v in '9P2000', '9P2000.u', '9P2000.L.x', '9P2000.':
        assert d.version(8192, v) == '9P2000'
    d.attach(0)
    d.close()


def tags_are_any_numbers(c):
    make('f', b'text')
    for tag in 0, 1, 0x7FFF, 0xFFFE:
        r = c.rpc(p9.TSTAT, struct.pack('<I', 0), tag)
        assert r.take('H') > 0
        # and again at once
        c.rpc(p9.TSTAT, struct.pack('<I', 0), tag)
    # a flush of itself, of nothing, of NOTAG
    for old in 5, 6, p9.NOTAG:
        c.rpc(p9.TFLUSH, struct.pack('<H', old), 5).end()


def fids_are_any_numbers(c):
    for fid in 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE:
        c.walkfid(0, fid, [])
        assert c.stat(fid).name == '/'
        c.clunk(fid)
    assert error(c.walkfid, 0, p9.NOFID, []) != ''
    assert error(c.attach, p9.NOFID) != ''
    assert error(c.attach, 0) != ''


def small_messages(c):
    d = p9.Client(SOCK, msize=256)
    names = ['file%02d' % i for i in range(30)]
    for n in names:
        make(n, b'x' * 1000)
    assert sorted(e.name for e in d.entries('/', 232)) == names
    assert d.readall('file00') == b'x' * 1000
    # a stat that does not fit is an error, and a folder's entry that does not fit too
    long_ = 'n' * 250
    make(long_)
    new = d.newfid()
    e = error(d.walkfid, 0, new, [long_])
    assert e != ''
    d.close()


def tests():
    """The functions of this file that take a client."""
    for name, t in list(globals().items()):
        code = getattr(t, '__code__', None)
        if code is not None and code.co_varnames[:code.co_argcount] == ('c',):
            yield name, t


def run(t):
    """Run t with a client, in an empty folder: 1 if it passes."""
    os.makedirs(TREE, exist_ok=True)
    subprocess.check_call(['find', TREE, '-mindepth', '1', '-delete'])
    try:
        c = p9.Client(SOCK)
        t(c)
        c.close()
        return 1
    except Exception:
        print('FAIL: %s' % t.__name__)
        traceback.print_exc(file=sys.stdout)
        return 0


def main():
    # a script's background processes ignore it, and so would run9
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.umask(0o022)
    os.mkdir(TREE)
    server = subprocess.Popen([RUN9, '--export', 'unix!%s=%s' % (SOCK, TREE)])
    end = time.time() + WAIT
    while not os.path.exists(SOCK) and time.time() < end:
        time.sleep(0.02)
    try:
        results = [run(t) for _, t in tests()]
    finally:
        server.send_signal(signal.SIGINT)
        ended = server.wait(WAIT)
    results.append(ended == -signal.SIGINT)
    print('%d passed, %d failed' % (sum(results), results.count(0)))


main()
