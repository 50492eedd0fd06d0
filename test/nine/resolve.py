"""Tests of run9-resolve: resolve.py PROGRAM [CASE ...]. PROGRAM is built with sanitizers.

Name servers are dnsserve.py's, on loopback. Each case is a function; its docstring says what holds.
"""
import os
import random
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import dnsserve as d
import p9

# no case waits longer; the machine may be slow
LONG = 120
program = os.path.abspath(sys.argv[1])
tmp = tempfile.TemporaryDirectory()


def fileof(name, text):
    path = os.path.join(tmp.name, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + '.new', 'w', encoding='utf-8') as f:
        f.write(text)
    os.rename(path + '.new', path)
    return path


class Resolver:
    """A run9-resolve of its own, and a client of it."""

    def __init__(self, *args, server=None, hosts='', services=None, resolv='', nsswitch=''):
        ours, its = socket.socketpair()
        argv = [program, '-H', fileof('hosts', hosts), '-R', fileof('resolv.conf', resolv),
                '-n', fileof('nsswitch.conf', nsswitch)]
        if services is not None:
            argv += ['-S', fileof('services', services)]
        if server is not None:
            argv += ['-s', server.addr]
        # pylint: disable=consider-using-with
        self.p = subprocess.Popen(argv + list(args), stdin=its, stdout=its,
                                  stderr=subprocess.PIPE)
        its.close()
        ours.settimeout(LONG)
        self.c = p9.Client(ours, msize=8192 + p9.IOHDRSZ)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.c.close()
        self.end(0)

    def end(self, want):
        _, err = self.p.communicate(timeout=LONG)
        assert self.p.returncode == want, (self.p.returncode, err.decode())
        return err.decode()

    def open(self, name):
        fid = self.c.walk(name)
        self.c.open(fid, p9.ORDWR)
        return fid

    def lines(self, fid):
        off, out = 0, []
        while True:
            b = self.c.read(fid, off, 4096)
            if not b:
                return out
            out.append(b.decode())
            off += len(b)

    def ask(self, name, text):
        """The answers to one query, or its error."""
        fid = self.open(name)
        try:
            self.c.write(fid, 0, text.encode())
            return self.lines(fid)
        except p9.Error as e:
            return str(e)
        finally:
            self.c.clunk(fid)

    def cs(self, text):
        return self.ask('cs', text)

    def dns(self, text):
        return self.ask('dns', text)

    def send(self, fid, text):
        b = text.encode()
        return self.c.send(p9.TWRITE, struct.pack('<IQI', fid, 0, len(b)) + b)


def wants(got, want, what=''):
    assert got == want, '%s: got %r, not %r' % (what, got, want)


def zone():
    s = d.Server()
    s.add('a.test', d.A, d.a('192.0.2.4'))
    s.add('a.test', d.AAAA, d.aaaa('2001:db8::4'))
    s.add('a.test', d.MX, d.mx(10, 'mx.test'))
    s.add('a.test', d.MX, d.mx(20, 'mx2.test'))
    s.add('a.test', d.NS, d.name('ns.test'))
    s.add('a.test', d.TXT, d.txt(b'two ', b'parts'))
    s.add('a.test', d.TXT, d.txt(b'q"\\\n\xc3\xa4\xff'))
    s.add('a.test', d.HINFO, b'\3amd\4unix')
    s.add('a.test', d.NULL, b'\0\1')
    s.add('a.test', d.CAA, d.caa(0, b'issue', b'ca.test'))
    s.add('a.test', 65280, b'\xab\xcd')
    s.add('four.test', d.A, d.a('192.0.2.9'))
    s.add('www.test', d.CNAME, d.name('alias.test'))
    s.add('alias.test', d.CNAME, d.name('a.test'))
    s.add('loop.test', d.CNAME, d.name('loop.test'))
    s.add('lost.test', d.CNAME, d.name('nowhere.test'))
    s.add('test', d.SOA, d.soa('ns.test', 'mb.test', 1, 2, 3, 4, 5))
    s.add('_http._tcp.test', d.SRV, d.srv(1, 2, 80, 'a.test'))
    s.add('4.2.0.192.in-addr.arpa', d.PTR, d.name('a.test'))
    s.add('4.' + '0.' * 23 + '8.b.d.0.1.0.0.2.ip6.arpa', d.PTR, d.name('a.test'))
    s.add('short.sub.test', d.A, d.a('192.0.2.77'))
    return s


def csanswers():
    """cs translates addresses as ndb(8) and 9front's cs do"""
    none = 'cs: can\'t translate address: dns: name does not exist'
    service = 'cs: can\'t translate service'
    table = [
        ('tcp!a.test!http', ['/net/tcp/clone 192.0.2.4!80', '/net/tcp/clone 2001:db8::4!80']),
        ('net!a.test!http', ['/net/tcp/clone 192.0.2.4!80', '/net/tcp/clone 2001:db8::4!80']),
        ('tcp!www.test!9fs\n', ['/net/tcp/clone 192.0.2.4!564', '/net/tcp/clone 2001:db8::4!564']),
        ('udp!four.test!domain', ['/net/udp/clone 192.0.2.9!53']),
        ('icmp!four.test!1', ['/net/icmp/clone 192.0.2.9!1']),
        ('icmpv6!2001:db8::1!1', ['/net/icmpv6/clone 2001:db8::1!1']),
        ('tcp!A.TEST.!1', ['/net/tcp/clone 192.0.2.4!1', '/net/tcp/clone 2001:db8::4!1']),
        ('tcp!127.0.0.1!80', ['/net/tcp/clone 127.0.0.1!80']),
        ('tcp!::1!80', ['/net/tcp/clone ::1!80']),
        ('tcp![::1]!80', ['/net/tcp/clone ::1!80']),
        ('tcp!*!0', ['/net/tcp/clone 0']),
        ('tcp!*!http', ['/net/tcp/clone 80']),
        ('tcp!::!7', ['/net/tcp/clone 7']),
        ('udp!*!*', ['/net/udp/clone *']),
        ('tcp!four.test!1!fasttimeout', ['/net/tcp/clone 192.0.2.9!1!fasttimeout']),
        ('tcp!!four.test!!1', ['/net/tcp/clone 192.0.2.9!1']),
        ('tcp!localhost!9', ['/net/tcp/clone 127.0.0.1!9']),
        ('/net.alt/tcp!four.test!22', ['/net.alt/tcp/clone 192.0.2.9!22']),
        ('other!x.y!z', ['/net/other/clone x.y!z']),
        ('other!x', ['/net/other/clone x']),
        ('tcp!nope.test!1', none),
        ('tcp!lost.test!1', none),
        ('tcp!nope!1', none),
        ('tcp!fail.test!1', 'cs: temporary problem: dns: dns failure'),
        ('tcp!test!1', 'cs: can\'t translate address: dns: resource does not exist; negrcode'),
        ('tcp!loop.test!1', 'cs: can\'t translate address: dns: resource does not exist; negrcode'),
        ('tcp!a.test!nosuch', service),
        ('tcp!a.test!a/b', service),
        ('udp!a.test!9fs', service),
        ('tcp!a.test', service),
        ('a.test', service),
        ('', 'cs: can\'t translate address'),
        ('!!!', 'cs: bad query'),
        ('tcp!$nosuch!1', 'cs: can\'t translate address'),
        ('x' * 1024, 'cs: request too long'),
        ('tcp!' + 'x' * 300 + '!1', none),
        ('tcp!a..test!1', none),
        ('paranoia', 'cs: there is no log of queries: debug shows them'),
    ]
    with Resolver(server=zone()) as r:
        for text, want in table:
            wants(r.cs(text), want, text[:40])


def csinfo():
    """cs answers queries for attributes"""
    table = [
        ('!dom=a.test ip=*', ['dom=a.test ip=192.0.2.4', 'dom=a.test ip=2001:db8::4']),
        ('!ip=192.0.2.4 dom=*', ['ptr=4.2.0.192.in-addr.arpa dom=a.test']),
        ('!ip=127.0.0.1 sys=*', ['ip=127.0.0.1 sys=localhost dom=localhost']),
        ('!tcp=9fs port=*', ['tcp=9fs port=564']),
        ('!protocol=tcp', ['protocol=tcp ipv4proto=6']),
        ('!port=564 tcp=9fs', ['tcp=9fs port=564']),
        ('!port=564 tcp=http', 'cs: no match'),
        ('!dom=nope.test ip=*', 'cs: no match'),
        ('!novalue', 'cs: bad query'),
        ('!', 'cs: bad query'),
        ('!ipinfo', 'cs: bad query'),
        ('!ipinfo ip=1.2.3.4', 'cs: bad query'),
        ('!ipinfo ip=192.0.2.4 nosuch', 'cs: no match'),
        ('!ipinfo sys=nosuch ip', 'cs: no match'),
    ]
    with Resolver(server=zone()) as r:
        for text, want in table:
            wants(r.cs(text), want, text)


NDB = '''
database=
	file=/lib/ndb/local
	file=/lib/ndb/common
	file=/lib/ndb/missing

ipnet=big ip=10.0.0.0 ipmask=255.0.0.0
	smtp=four.test dns=10.0.0.53
	auth=10.0.0.7
ipnet=dept ip=10.1.1.0 ipmask=/24
	smtp=smtp1.big	# a comment
# another
ip=10.1.1.4 sys=x dom=x.big
	bootf=/386/9pc
ip=10.1.1.5 dom=smtp1.big
sys=named dom=four.test
dom=old.big cname=x.big
dom=mail.big mx=x.big pref=7 mx=y.big
	txtrr="some text"
tcp=rexec	port=512	restricted
note=1 text="with blanks"
ipnet=all ip=127.0.0.0 ipmask=255.0.0.0 ntp=four.test
'''


def tree():
    """a tree's /lib/ndb is searched, its networks' attributes are inherited"""
    fileof('tree/lib/ndb/local', NDB)
    fileof('tree/lib/ndb/common', 'tcp=own port=4321\n')
    table = [
        ('cs', 'tcp!x!own', ['/net/tcp/clone 10.1.1.4!4321']),
        ('cs', 'tcp!x.big!1', ['/net/tcp/clone 10.1.1.4!1']),
        ('cs', 'tcp!named!1', ['/net/tcp/clone 192.0.2.9!1']),
        ('cs', 'tcp!old.big!1', ['/net/tcp/clone 10.1.1.4!1']),
        ('cs', 'tcp!1.2.3.4!rexec', ['/net/tcp/clone 1.2.3.4!512!r']),
        ('cs', 'tcp!1.2.3.4!512', ['/net/tcp/clone 1.2.3.4!512!r']),
        ('cs', '!ipinfo sys=x bootf smtp dns', ['bootf=/386/9pc smtp=smtp1.big dns=10.0.0.53']),
        ('cs', '!ipinfo dom=x.big @smtp auth', ['smtp=10.1.1.5 auth=10.0.0.7']),
        ('cs', '!ipinfo ip=10.9.9.9 @smtp', ['smtp=192.0.2.9']),
        ('cs', '!ipinfo ip=10.1.1.9 ipmask', ['ipmask=/24']),
        ('cs', '!ipinfo ip=172.16.0.1 ipmask', ['ipmask=255.255.0.0']),
        ('cs', '!note=1 text=*', ['note=1 text="with blanks"']),
        ('cs', '!sys=x bootf=*', ['ip=10.1.1.4 sys=x dom=x.big', 'bootf=/386/9pc']),
        ('dns', 'x ip', ['x.big ip\t10.1.1.4']),
        ('dns', 'X.big ip', ['X.big ip\t10.1.1.4']),
        ('dns', 'x.big ipv6', 'dns: resource does not exist; negrcode 0'),
        ('dns', '10.1.1.4 ptr', ['4.1.1.10.in-addr.arpa ptr\tx.big']),
        ('dns', 'mail.big mx', ['mail.big mx\t7 x.big', 'mail.big mx\t7 y.big']),
        ('dns', 'mail.big txt', ['mail.big txt\tsome text']),
        ('dns', '!old.big cname', ['dom=old.big cname=x.big']),
    ]
    with Resolver('-r', os.path.join(tmp.name, 'tree'), server=zone()) as r:
        for name, text, want in table:
            wants(r.ask(name, text), want, text)


def meta():
    """$attribute is looked for in the entry of this system, and those of its networks"""
    db = fileof('ndb', 'ipnet=every ip=0.0.0.0 ipmask=0.0.0.0\n\tsmtp=four.test\n')
    with Resolver('-f', db, server=zone()) as r:
        wants(r.cs('tcp!$smtp!25'), ['/net/tcp/clone 192.0.2.9!25'])
        name = socket.gethostname().split('.')[0]
        got = r.cs('!ipinfo sys=%s sys' % name)
        wants(got, ['sys=' + name])


def dnsanswers():
    """dns shows records as 9front's does"""
    none = 'dns: name does not exist'
    empty = 'dns: resource does not exist; negrcode 0'
    table = [
        ('a.test ip', ['a.test ip\t192.0.2.4']),
        ('a.test. ip\n', ['a.test ip\t192.0.2.4']),
        ('a.test ipv6', ['a.test ipv6\t2001:db8::4']),
        ('!a.test ipv6', ['dom=a.test ip=2001:db8::4']),
        ('a.test mx', ['a.test mx\t10 mx.test', 'a.test mx\t20 mx2.test']),
        ('!a.test mx', ['dom=a.test pref=10 mx=mx.test', 'dom=a.test pref=20 mx=mx2.test']),
        ('a.test ns', ['a.test ns\tns.test']),
        ('!a.test ns', ['dom=a.test ns=ns.test']),
        ('a.test txt', ['a.test txt\ttwo parts', 'a.test txt\tq\\034\\\\\\010ä\\255']),
        ('!a.test txt', ['dom=a.test txt="two parts"', 'dom=a.test txt="q\\034\\\\\\010ä\\255"']),
        ('a.test hinfo', ['a.test hinfo\tamd unix']),
        ('!a.test hinfo', ['dom=a.test cpu=amd os=unix']),
        ('a.test null', ['a.test null\t0001']),
        ('a.test caa', ['a.test caa\t0 issue ca.test']),
        ('!a.test caa', ['dom=a.test flags=0 tag=issue caa="ca.test"']),
        ('a.test 65280', ['a.test 65280\tABCD']),
        ('!a.test 65280', ['dom=a.test type65280=ABCD']),
        ('www.test ip', ['a.test ip\t192.0.2.4']),
        ('www.test cname', ['www.test cname\talias.test']),
        ('!www.test cname', ['dom=www.test cname=alias.test']),
        ('test soa', ['test soa\tns.test mb.test 1 2 3 4 5']),
        ('!test soa', ['dom=test ns=ns.test mbox=mb.test serial=1 refresh=2 retry=3 expire=4 ttl=5']),
        ('_http._tcp.test srv', ['_http._tcp.test srv\t1 2 80 a.test']),
        ('!_http._tcp.test srv', ['dom=_http._tcp.test pri=1 weight=2 port=80 target=a.test']),
        ('192.0.2.4 ptr', ['4.2.0.192.in-addr.arpa ptr\ta.test']),
        ('4.2.0.192.in-addr.arpa ptr', ['4.2.0.192.in-addr.arpa ptr\ta.test']),
        ('!192.0.2.4 ptr', ['ptr=4.2.0.192.in-addr.arpa dom=a.test']),
        ('2001:db8::4 ptr', ['4.' + '0.' * 23 + '8.b.d.0.1.0.0.2.ip6.arpa ptr\ta.test']),
        ('127.0.0.1 ptr', ['1.0.0.127.in-addr.arpa ptr\tlocalhost']),
        ('localhost ip', ['localhost ip\t127.0.0.1']),
        ('localhost ipv6', empty),
        ('four.test ipv6', empty),
        ('a.test cname', empty),
        ('loop.test ip', empty),
        ('nope.test ip', none),
        ('lost.test ip', none),
        ('fail.test ip', 'dns: dns failure'),
        ('nope ip', none),
        ('a.test nosuch', 'dns: unknown type nosuch'),
        ('a.test 65536', 'dns: unknown type 65536'),
        ('a.test', 'dns: illegal request a.test'),
        ('', 'dns: illegal request '),
        (' ip', none),
        ('dump', 'dns: cannot write files of the name space'),
        ('stats', 'dns: cannot write files of the name space'),
        ('x' * 1024, 'dns: request too long'),
    ]
    with Resolver(server=zone()) as r:
        for text, want in table:
            wants(r.dns(text), want, text[:40])
        fid = r.open('dns')
        try:
            r.c.write(fid, 1, b'a.test ip')
            raise AssertionError('written at offset 1')
        except p9.Error as e:
            wants(str(e), 'dns: writing at non-zero offset')


def reading():
    """a read returns one line, or a part of it; a new query drops the old answers"""
    with Resolver(server=zone()) as r:
        fid = r.open('cs')
        r.c.write(fid, 0, b'tcp!a.test!80')
        first, second = b'/net/tcp/clone 192.0.2.4!80', b'/net/tcp/clone 2001:db8::4!80'
        wants(r.c.read(fid, 0, 4096), first)
        wants(r.c.read(fid, len(first), 4096), second)
        wants(r.c.read(fid, len(first) + len(second), 4096), b'')
        wants(r.c.read(fid, 0, 8), first[:8])
        wants(r.c.read(fid, 8, 4096), first[8:])
        wants(r.c.read(fid, 1 << 62, 10), b'')
        r.c.write(fid, 0, b'tcp!four.test!80')
        wants(r.lines(fid), ['/net/tcp/clone 192.0.2.9!80'])
        try:
            r.c.write(fid, 0, b'tcp!nope.test!80')
        except p9.Error:
            pass
        wants(r.lines(fid), [])


def files():
    """the tree has cs and dns, and refuses what 9P does not allow there"""
    with Resolver() as r:
        wants([(s.name, s.mode) for s in r.c.entries('/')], [('cs', 0o666), ('dns', 0o666)])
        wants([s.name for s in r.c.entries('/', 80)], ['cs', 'dns'])
        wants(r.c.stat(r.c.walk('cs')).name, 'cs')
        wants(r.c.stat(0).mode, p9.DMDIR | 0o555)
        bad = [
            lambda: r.c.walk('x'), lambda: r.c.walk('cs/x'),
            lambda: r.c.open(r.c.walk(''), p9.OWRITE), lambda: r.c.open(r.c.walk('cs'), p9.OEXEC),
            lambda: r.c.create(r.c.walk(''), 'f'), lambda: r.c.remove(r.c.walk('dns')),
            lambda: r.c.read(r.c.walk('cs'), 0, 9), lambda: r.c.write(r.c.walk('cs'), 0, b'x'),
            lambda: r.c.wstat(r.c.walk('cs'), p9.Stat()), lambda: r.c.auth(77),
            lambda: r.c.clunk(12345), lambda: r.c.attach(0),
            lambda: r.c.rpc(p9.TWRITE, b'\0\0'), lambda: r.c.rpc(p9.TWALK, b'\0\0\0\0'),
        ]
        for f in bad:
            try:
                f()
            except p9.Error:
                continue
            raise AssertionError('not refused')
        wants(r.cs('tcp!127.0.0.1!1'), ['/net/tcp/clone 127.0.0.1!1'])


def ttl():
    """an answer is kept for the time of its records, and no longer"""
    s = zone()
    s.add('keep.test', d.A, d.a('192.0.2.1'), 300)
    s.add('zero.test', d.A, d.a('192.0.2.2'), 0)
    s.add('soon.test', d.A, d.a('192.0.2.3'), 1)
    s.add('least.test', d.CNAME, d.name('keep.test'), 0)
    with Resolver(server=s) as r:
        for _ in range(3):
            for n in 'keep', 'zero', 'soon', 'least':
                assert isinstance(r.dns(n + '.test ip'), list)
        wants(s.asked['keep.test', d.A], 1)
        wants(s.asked['zero.test', d.A], 3)
        wants(s.asked['least.test', d.A], 3)
        until = time.monotonic() + LONG
        before = s.asked['soon.test', d.A]
        while s.asked['soon.test', d.A] == before:
            assert time.monotonic() < until, 'kept for ever'
            time.sleep(0.1)
            r.dns('soon.test ip')
        wants(s.asked['keep.test', d.A], 1)
        wants(r.dns('refresh'), [])
        r.dns('keep.test ip')
        wants(s.asked['keep.test', d.A], 2)


def negative():
    """that a name does not exist is kept as long as the zone's SOA says"""
    s = zone()
    with Resolver(server=s) as r:
        for _ in range(3):
            r.dns('nope.test ip')
            r.dns('four.test mx')
        wants(s.asked['nope.test', d.A], 1)
        wants(s.asked['four.test', d.MX], 1)
        s.negttl = None
        for _ in range(3):
            r.dns('nope2.test ip')
        wants(s.asked['nope2.test', d.A], 3)
        s.negttl = 0
        for _ in range(3):
            r.dns('nope3.test ip')
        wants(s.asked['nope3.test', d.A], 3)
        for _ in range(2):
            r.dns('fail.test ip')
        assert s.asked['fail.test', d.A] >= 2


def bounded():
    """the cache has as many answers as it may, the latest used"""
    s = zone()
    with Resolver('-N', '10', server=s) as r:
        for i in range(30):
            r.dns('host-%d.test ip' % i)
            r.dns('a.test ip')
        wants(s.asked['a.test', d.A], 1)
        r.dns('host-29.test ip')
        wants(s.asked['host-29.test', d.A], 1)
        r.dns('host-0.test ip')
        wants(s.asked['host-0.test', d.A], 2)
        wants(r.dns('target 0'), [])
        r.dns('a.test ip')
        wants(s.asked['a.test', d.A], 2)


def parallel():
    """hundreds of slow questions hold no other, and each is answered"""
    s = zone()
    for i in range(300):
        s.add('slow-700.n%d.test' % i, d.A, d.a('192.0.2.%d' % (i % 200)))
    with Resolver(server=s) as r:
        fids = [r.open('dns') for _ in range(300)]
        quick = r.open('dns')
        tags = [r.send(f, 'slow-700.n%d.test ip' % i) for i, f in enumerate(fids)]
        r.c.wait(r.send(quick, 'a.test ip'))
        assert len(r.c.came) < 300, 'the quick one was the last'
        wants(r.lines(quick), ['a.test ip\t192.0.2.4'])
        for i, f in enumerate(fids):
            r.c.wait(tags[i])
            wants(r.lines(f), ['slow-700.n%d.test ip\t192.0.2.%d' % (i, i % 200)])


def once():
    """many who ask for the same name wait for one question"""
    s = zone()
    s.add('slow-500.test', d.A, d.a('192.0.2.5'))
    with Resolver(server=s) as r:
        fids = [r.open('dns') for _ in range(100)]
        tags = [r.send(f, 'slow-500.test ip') for f in fids]
        for f, t in zip(fids, tags):
            r.c.wait(t)
            wants(r.lines(f), ['slow-500.test ip\t192.0.2.5'])
        wants(s.asked['slow-500.test', d.A], 1)


def thousands():
    """thousands of names at once"""
    s = zone()
    n = 3000
    with Resolver(server=s) as r:
        fids = [r.open('dns') for _ in range(n)]
        tags = [r.send(f, 'host-%d.test ip' % i) for i, f in enumerate(fids)]
        for i, f in enumerate(fids):
            r.c.wait(tags[i])
            wants(r.lines(f), ['host-%d.test ip\t10.0.%d.%d' % (i, i >> 8, i & 255)])


def flushes():
    """Tflush ends a query, for cs and dns, and the fid can be used again"""
    s = zone()
    with Resolver(server=s) as r:
        for name, text in (('dns', 'never.test ip'), ('cs', 'tcp!never.test!1'),
                           ('cs', '!dom=never.test ip=*'), ('dns', 'never.test mx')):
            fid = r.open(name)
            tag = r.send(fid, text)
            r.c.flush(tag)
            assert tag not in r.c.came
            del r.c.asked[tag]
            wants(r.lines(fid), [])
            r.c.write(fid, 0, b'a.test ip' if name == 'dns' else b'tcp!four.test!1')
            wants(len(r.lines(fid)), 1)
            r.c.clunk(fid)
        # the flush of another's query leaves it alone
        s.add('slow-300.test', d.A, d.a('192.0.2.5'))
        fids = [r.open('dns') for _ in range(4)]
        tags = [r.send(f, 'slow-300.test ip') for f in fids]
        r.c.flush(tags[1])
        del r.c.asked[tags[1]]
        for i in 0, 2, 3:
            r.c.wait(tags[i])
            wants(r.lines(fids[i]), ['slow-300.test ip\t192.0.2.5'])


def clunked():
    """a fid that is clunked while its query waits, and one that asks twice"""
    with Resolver(server=zone()) as r:
        fid = r.open('dns')
        tag = r.send(fid, 'never.test ip')
        second = r.send(fid, 'a.test ip')
        try:
            r.c.wait(second)
            raise AssertionError('two queries of a fid')
        except p9.Error as e:
            wants(str(e), 'dns: query already in progress')
        r.c.clunk(fid)
        try:
            r.c.wait(tag)
            raise AssertionError('a clunked query succeeds')
        except p9.Error:
            pass
        # a version drops all
        r.send(r.open('cs'), 'tcp!never.test!1')
        r.c.version(8192)
        r.c.attach(0)
        wants(r.dns('a.test ip'), ['a.test ip\t192.0.2.4'])


def silent():
    """a server that does not answer is an error in the end"""
    s = zone()
    with Resolver(server=s, resolv='options timeout:1 attempts:1\n') as r:
        wants(r.dns('never.test ip'), 'dns: dns failure')
        wants(r.cs('tcp!never.test!1'), 'cs: temporary problem: dns: dns failure')
    free = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    free.bind(('127.0.0.1', 0))
    s.addr = '127.0.0.1:%d' % free.getsockname()[1]
    free.close()
    with Resolver(server=s, resolv='options timeout:1 attempts:1\n') as r:
        wants(r.dns('a.test ip'), 'dns: dns failure')
        wants(r.cs('tcp!127.0.0.1!1'), ['/net/tcp/clone 127.0.0.1!1'])


def malformed():
    """malformed answers are errors, and others go on"""
    s = zone()
    with Resolver(server=s, resolv='options timeout:1 attempts:1\n') as r:
        fids, tags = [], []
        for i in range(600):
            s.add('malformed-%d.test' % i, d.A, d.a('192.0.2.1'))
            fids.append(r.open('dns'))
            tags.append(r.send(fids[-1], 'malformed-%d.test %s' % (
                i, ('ip', 'txt', 'mx', 'soa', 'any', 'caa', 'hinfo')[i % 7])))
        for t, f in zip(tags, fids):
            try:
                r.c.wait(t)
                r.lines(f)
            except p9.Error as e:
                assert str(e).startswith('dns: '), e
        wants(r.dns('a.test ip'), ['a.test ip\t192.0.2.4'])


def truncated():
    """an answer that UDP cuts off comes by TCP"""
    s = zone()
    for i in range(100):
        s.add('big.test', d.A, d.a('192.0.2.%d' % i))
    with Resolver(server=s) as r:
        got = r.dns('big.test ip')
        wants(len(got), 100)
        wants(s.bytcp['big.test', d.A], 1)


def hostile():
    """bytes of a name that could be taken for something else are escaped"""
    s = zone()
    evil = b'\x0fx\n ip=1.1.1.1 =\x04test\0'
    s.add('evil.test', d.CNAME, evil)
    s.add('many.test', d.MX, b'\0\1' + evil)
    for i in range(600):
        s.add('crowd.test', d.TXT, d.txt(b'%d' % i))
    with Resolver(server=s) as r:
        escaped = 'x\\010\\032ip\\0611\\0461\\0461\\0461\\032\\061.test'
        wants(r.dns('!evil.test cname'), ['dom=evil.test cname=' + escaped])
        wants(r.dns('many.test mx'), ['many.test mx\t1 ' + escaped])
        wants(len(r.dns('crowd.test txt')), 128)


def hosts():
    """/etc/hosts comes first, and is read again when it changes"""
    s = zone()
    s.add('both.test', d.A, d.a('192.0.2.8'))
    text = ('# a comment\n10.0.0.1 both.test both  # another\n::2 both.test\n10.0.0.2 both.test\n'
            'nonsense line\n10.0.0.3\n127.0.0.1 localhost\n::1 localhost\n')
    with Resolver(server=s, hosts=text) as r:
        wants(r.cs('tcp!both.test!1'), ['/net/tcp/clone 10.0.0.1!1', '/net/tcp/clone 10.0.0.2!1',
                                        '/net/tcp/clone ::2!1'])
        wants(r.cs('tcp!both!1'), ['/net/tcp/clone 10.0.0.1!1'])
        wants(r.cs('tcp!localhost!1'), ['/net/tcp/clone 127.0.0.1!1', '/net/tcp/clone ::1!1'])
        wants(r.dns('::2 ptr'), ['2.' + '0.' * 31 + 'ip6.arpa ptr\tboth.test'])
        wants(s.asked['both.test', d.A], 0)
        fileof('hosts', '10.0.0.9 new.test\n')
        until = time.monotonic() + LONG
        while r.dns('new.test ip') != ['new.test ip\t10.0.0.9']:
            assert time.monotonic() < until, 'not read again'
            time.sleep(0.1)
        wants(r.dns('both.test ip'), ['both.test ip\t192.0.2.8'])


def services():
    """/etc/services has ports and aliases; what it lacks is built in"""
    text = 'web 8080/tcp www # comment\nweb 8081/udp\nbad\nworse 12\nodd 5/sctp\n'
    with Resolver(services=text) as r:
        wants(r.cs('tcp!1.2.3.4!web'), ['/net/tcp/clone 1.2.3.4!8080'])
        wants(r.cs('tcp!1.2.3.4!www'), ['/net/tcp/clone 1.2.3.4!8080'])
        wants(r.cs('udp!1.2.3.4!web'), ['/net/udp/clone 1.2.3.4!8081'])
        wants(r.cs('tcp!1.2.3.4!https'), ['/net/tcp/clone 1.2.3.4!443'])
        wants(r.cs('tcp!1.2.3.4!odd'), 'cs: can\'t translate service')


def search():
    """a name without a dot is looked for in the domains of resolv.conf, which may change"""
    s = zone()
    s.add('plain', d.A, d.a('192.0.2.55'))
    with Resolver(server=s, resolv='search nowhere.test sub.test\n') as r:
        wants(r.dns('short ip'), ['short.sub.test ip\t192.0.2.77'])
        wants(r.cs('tcp!short!1'), ['/net/tcp/clone 192.0.2.77!1'])
        wants(r.dns('plain ip'), ['plain ip\t192.0.2.55'])
        wants(r.dns('short. ip'), 'dns: name does not exist')
        wants(s.asked['a.test.nowhere.test', d.A], 0)
        fileof('resolv.conf', 'domain nowhere.test\noptions ndots:2\n')
        until = time.monotonic() + LONG
        while r.dns('short ip') != 'dns: name does not exist':
            assert time.monotonic() < until, 'not read again'
            time.sleep(0.1)


def toggles():
    """commands of cs change what follows"""
    with Resolver(server=zone()) as r:
        both = ['/net/tcp/clone 192.0.2.4!1', '/net/tcp/clone 2001:db8::4!1']
        wants(r.cs('ipv6'), [])
        wants(r.cs('tcp!a.test!1'), both[:1])
        wants(r.cs('ipv6\n'), [])
        wants(r.cs('tcp!a.test!1'), both)
        wants(r.cs('add udp nosuch'), [])
        wants(r.cs('net!four.test!1'), ['/net/tcp/clone 192.0.2.9!1', '/net/udp/clone 192.0.2.9!1'])
        wants(r.cs('refresh'), [])
    with Resolver('-4', '-x', '/net.alt', server=zone()) as r:
        wants(r.cs('tcp!a.test!1'), ['/net.alt/tcp/clone 192.0.2.4!1'])
    with Resolver() as r:
        wants(r.dns('debug'), [])
        wants(r.cs('tcp!1.2.3.4!1'), ['/net/tcp/clone 1.2.3.4!1'])
        r.c.close()
        assert 'cs: tcp!1.2.3.4!1' in r.end(0)


def otherways():
    """other sources of nsswitch.conf are the C library's"""
    s = zone()
    # the C library takes it for an address, name servers do not
    with Resolver(server=s, nsswitch='passwd: files\nhosts: files mdns4_minimal [NOTFOUND=x] dns\n') as r:
        wants(r.cs('tcp!0x7f.1!1'), ['/net/tcp/clone 127.0.0.1!1'])
        fids = [r.open('dns') for _ in range(60)]
        tags = [r.send(f, '0x7f.%d ip' % i) for i, f in enumerate(fids)]
        r.c.flush(tags[7])
        for i, f in enumerate(fids):
            if i != 7:
                r.c.wait(tags[i])
                wants(r.lines(f), ['0x7f.%d ip\t127.0.0.%d' % (i, i)])
        r.c.asked.pop(tags[7], None)
    with Resolver(server=s, nsswitch='hosts: files dns\n') as r:
        wants(r.dns('0x7f.1 ip'), 'dns: name does not exist')


def nonsense():
    """what is no 9P ends the program with a sentence, and wild requests do not"""
    rnd = random.Random(5)
    for size in 0, 6, 1 << 20, 0xFFFFFFFF:
        r = Resolver()
        r.c.sendraw(struct.pack('<I', size) + b'x' * 20)
        assert 'not 9P' in r.end(1)
        r.c.close()
    with Resolver() as r:
        def reader():
            try:
                while r.c.sock.recv(65536):
                    pass
            except OSError:
                pass
        t = threading.Thread(target=reader, daemon=True)
        t.start()
        for _ in range(20000):
            type_ = rnd.choice([100, 102, 104, 108, 110, 112, 114, 116, 118, 120, 122, 124, 126])
            body = bytes(rnd.choice([0, 0, 1, 2, 33, 255, rnd.randrange(256)])
                         for _ in range(rnd.randrange(40)))
            r.c.sendraw(struct.pack('<IBH', 7 + len(body), type_, rnd.randrange(8)) + body)
        r.c.sock.shutdown(socket.SHUT_WR)
        t.join(LONG)


CASES = [csanswers, csinfo, tree, meta, dnsanswers, reading, files, ttl, negative, bounded, parallel,
         once, thousands, flushes, clunked, silent, malformed, truncated, hostile, hosts, services,
         search, toggles, otherways, nonsense]


def main():
    failed = 0
    for case in CASES:
        if sys.argv[2:] and case.__name__ not in sys.argv[2:]:
            continue
        try:
            case()
            print('ok', case.__name__, flush=True)
        except Exception as e:      # pylint: disable=broad-except
            failed += 1
            print('FAIL %s: %s: %r' % (case.__name__, case.__doc__, e), flush=True)
    return failed != 0


sys.exit(main())
