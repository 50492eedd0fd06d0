"""What is at the other end of test/tls/tlsend: peer.py run9 tlsend

Records are made and read here with Python's cryptography library, by the standards and not by
run9's code. Handshakes are with Python's ssl module, which is OpenSSL. Prints a line for each test,
"ok NAME" or "FAIL NAME: why".
"""
import base64, contextlib, datetime, hashlib, hmac, os, re, signal, socket, ssl, struct, subprocess, sys, tempfile, time
import warnings

warnings.simplefilter('ignore')
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, poly1305, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

run9, tlsend = sys.argv[1:3]
crypt = os.path.join(os.path.dirname(os.path.realpath(run9)), 'run9-crypt')
CCS, ALERT, HAND, DATA = 20, 21, 22, 23

# name: bytes of key, IV
ENC = {'clear': (0, 0), 'rc4_128': (16, 0), '3des_ede_cbc': (24, 8), 'aes_128_cbc': (16, 16),
       'aes_256_cbc': (32, 16), 'ccpoly64_aead': (32, 0), 'ccpoly96_aead': (32, 12),
       'aes_128_gcm_aead': (16, 4), 'aes_256_gcm_aead': (32, 4)}
HASH = {'clear': 0, 'md5': 16, 'sha1': 20, 'sha256': 32}


class Way:
    """One direction: seals or opens records."""

    def __init__(self, vers, hash, enc, mac, key, iv, seal):
        self.vers, self.hash, self.enc = vers, hash, enc
        self.mackey, self.key, self.iv, self.seq = mac, key, iv, 0
        self.block = {'3': 8, 'a': 16}.get(enc[0], 0) if enc.endswith('cbc') else 0
        self.stream = None
        if enc == 'rc4_128':
            c = Cipher(algorithms.ARC4(key), None)
            self.stream = c.encryptor() if seal else c.decryptor()
        if self.block:
            alg = algorithms.TripleDES if enc[0] == '3' else algorithms.AES
            self.alg = alg(key)

    def aad(self, typ, n):
        a = struct.pack('>QB', self.seq, typ)
        if self.vers != 0x300:
            a += struct.pack('>H', self.vers)
        return a + struct.pack('>H', n)

    def mac(self, typ, text):
        if self.hash == 'clear':
            return b''
        msg = self.aad(typ, len(text)) + text
        if self.vers == 0x300:
            n = 48 if self.hash == 'md5' else 40
            h = lambda *p: hashlib.new(self.hash, b''.join(p)).digest()
            return h(self.mackey, b'\x5c' * n, h(self.mackey, b'\x36' * n, msg))
        return hmac.new(self.mackey, msg, self.hash).digest()

    def poly(self, aad, text):
        """draft-agl-tls-chacha20poly1305: nothing is padded."""
        p = poly1305.Poly1305(self.chacha(0).update(b'\0' * 32))
        for part in (aad, text):
            p.update(part + struct.pack('<Q', len(part)))
        return p.finalize()

    def chacha(self, block):
        nonce = struct.pack('<Q', block) + struct.pack('>Q', self.seq)
        return Cipher(algorithms.ChaCha20(self.key, nonce), None).encryptor()

    def nonce96(self):
        n = int.from_bytes(self.iv, 'big') ^ self.seq
        return n.to_bytes(12, 'big')

    def seal(self, typ, text, lie=None):
        aad = self.aad(typ, len(text))
        if self.enc.endswith('gcm_aead'):
            explicit = os.urandom(8)
            out = explicit + AESGCM(self.key).encrypt(self.iv + explicit, text, aad)
        elif self.enc == 'ccpoly96_aead':
            out = ChaCha20Poly1305(self.key).encrypt(self.nonce96(), text, aad)
        elif self.enc == 'ccpoly64_aead':
            out = self.chacha(1).update(text)
            out += self.poly(aad, out)
        else:
            out = text + self.mac(typ, text)
            if self.stream:
                out = self.stream.update(out)
            if self.block:
                out = self.cbcseal(out, lie)
        self.seq += 1
        return struct.pack('>BHH', typ, self.vers, len(out)) + out

    def cbcseal(self, text, lie):
        if self.vers >= 0x302:
            self.iv = os.urandom(self.block)
        n = self.block - 1 - len(text) % self.block
        if self.vers > 0x300 and lie is None and n + 8 * self.block < 256:
            n += 8 * self.block  # TLS lets padding be longer than it need be
        pad = bytes([n] * (n + 1))
        if lie == 'padding':
            pad = bytes([n ^ 1] + [n] * n) if n else bytes([255])
        if lie == 'allpadding':
            text, pad = b'', bytes([self.block - 1] * self.block)
        e = Cipher(self.alg, modes.CBC(self.iv)).encryptor()
        out = e.update(text + pad)
        if self.vers >= 0x302:
            return self.iv + out
        self.iv = out[-self.block:]
        return out

    def open(self, typ, body):
        if self.enc.endswith('gcm_aead'):
            aad = self.aad(typ, len(body) - 24)
            text = AESGCM(self.key).decrypt(self.iv + body[:8], body[8:], aad)
        elif self.enc == 'ccpoly96_aead':
            aad = self.aad(typ, len(body) - 16)
            text = ChaCha20Poly1305(self.key).decrypt(self.nonce96(), body, aad)
        elif self.enc == 'ccpoly64_aead':
            text, tag = body[:-16], body[-16:]
            assert tag == self.poly(self.aad(typ, len(text)), text)
            text = self.chacha(1).update(text)
        else:
            if self.stream:
                body = self.stream.update(body)
            if self.block:
                body = self.cbcopen(body)
            n = len(body) - HASH[self.hash]
            text = body[:n]
            assert body[n:] == self.mac(typ, text), 'mac'
        self.seq += 1
        return text

    def cbcopen(self, body):
        if self.vers >= 0x302:
            self.iv, body = body[:self.block], body[self.block:]
        assert len(body) % self.block == 0
        d = Cipher(self.alg, modes.CBC(self.iv)).decryptor()
        self.iv = body[-self.block:]
        text = d.update(body)
        n = text[-1]
        assert text[-n - 1:] == bytes([n] * (n + 1)), 'padding'
        return text[:-n - 1]


def readn(s, n):
    got = b''
    while len(got) < n:
        p = s.recv(n - len(got))
        if not p:
            raise EOFError('end')
        got += p
    return got


def start(*args):
    """tlsend at the other end of a socket, and the socket."""
    mine, its = socket.socketpair()
    mine.settimeout(60)
    p = subprocess.Popen([run9, tlsend, *args], stdin=its, stdout=its, stderr=subprocess.PIPE)
    its.close()
    return p, mine


def dropped(p, s):
    """End the conversation; what tlsend says then."""
    s.close()
    said = p.stderr.read().decode().strip()
    p.wait()
    return said


def ended(p, s, want):
    said = dropped(p, s)
    assert said == want, '%r instead of %r' % (said, want)


class Records:
    """A conversation by records."""

    def __init__(self, vers, hash, enc, itsclient, how='record'):
        nmac, (nkey, niv) = HASH[hash], ENC[enc]
        raw = os.urandom(2 * (nmac + nkey + niv) + 5)
        p, cut = raw, []
        for n in (nmac, nmac, nkey, nkey, niv, niv):
            cut.append(p[:n])
            p = p[n:]
        self.vers = vers
        toserver, toclient = cut[0::2], cut[1::2]
        mine, its = (toclient, toserver) if itsclient else (toserver, toclient)
        self.out = Way(vers, hash, enc, *mine, True)
        self.inn = Way(vers, hash, enc, *its, False)
        self.p, self.s = start(how, hex(vers), hash, enc, str(itsclient),
                               base64.b64encode(raw).decode())
        self.s.sendall(struct.pack('>BHHB', CCS, vers, 1, 1) + self.out.seal(HAND, b'finished'))
        assert readn(self.s, 6) == struct.pack('>BHHB', CCS, vers, 1, 1)
        assert self.read() == (HAND, b'finished')

    def read(self):
        typ, vers, n = struct.unpack('>BHH', readn(self.s, 5))
        assert vers == self.vers and n <= 16384 + 2048
        return typ, self.inn.open(typ, readn(self.s, n))

    def echoed(self, *texts):
        self.s.sendall(b''.join(self.out.seal(DATA, t) for t in texts))
        want, got = b''.join(texts), b''
        while len(got) < len(want):
            typ, text = self.read()
            assert typ == DATA
            got += text
        assert got == want


def talk(vers, hash, enc):
    for itsclient in (0, 1):
        r = Records(vers, hash, enc, itsclient)
        for n in (1, 15, 16, 17, 1000, 16383, 16384):
            r.echoed(os.urandom(n))
        # many records at once, some of them empty
        r.echoed(*[os.urandom(n) for n in (5, 0, 16384, 1, 0, 300, 16, 16384, 7, 8, 9, 10, 11)])
        r.s.sendall(r.out.seal(ALERT, b'\1\0'))
        ended(r.p, r.s, 'tls hungup; State: RemoteClosed')


def refused(r, rec, alert=20):
    """rec ends the conversation with that alert; what came before it is echoed."""
    r.s.sendall(r.out.seal(DATA, b'before') + rec)
    assert r.read() == (DATA, b'before')
    assert r.read() == (ALERT, bytes([2, alert]))
    ended(r.p, r.s, 'tls error; State: Errored')


def lies(vers, hash, enc):
    """A bit is changed here and there."""
    text = b'a secret message of some bytes'
    places = [5, 6, 13, 21, -1, -2, -17]
    if enc == 'clear' and hash == 'clear':
        return
    for at in places:
        r = Records(vers, hash, enc, 0)
        before = r.out.seal(DATA, b'before')
        rec = bytearray(r.out.seal(DATA, text))
        rec[at] ^= 0x40
        r.s.sendall(before + rec + bytes(64))
        assert r.read() == (DATA, b'before')
        if hash == 'clear' and not enc.endswith('aead'):
            # nothing protects it but the padding
            dropped(r.p, r.s)
            continue
        assert r.read() == (ALERT, b'\2\x14'), at
        ended(r.p, r.s, 'tls error; State: Errored')
    # a type that is another's
    r = Records(vers, hash, enc, 0)
    before = r.out.seal(DATA, b'before')
    rec = bytearray(r.out.seal(HAND, text))
    rec[0] = DATA
    if hash != 'clear' or enc.endswith('aead'):
        r.s.sendall(before + rec)
        assert r.read() == (DATA, b'before')
        assert r.read() == (ALERT, b'\2\x14')
        ended(r.p, r.s, 'tls error; State: Errored')
    else:
        dropped(r.p, r.s)


def replayed(vers, hash, enc):
    """A record comes twice; records change places."""
    if hash == 'clear' and not enc.endswith('aead'):
        return
    for swap in (0, 1):
        r = Records(vers, hash, enc, 1)
        a, b = r.out.seal(DATA, b'one'), r.out.seal(DATA, b'two')
        r.s.sendall(b + a if swap else a + a)
        if not swap:
            assert r.read() == (DATA, b'one')
        assert r.read() == (ALERT, b'\2\x14')
        ended(r.p, r.s, 'tls error; State: Errored')


def short(vers, hash, enc):
    """Records that have no room for what they must have."""
    if hash == 'clear' and enc in ('clear', 'rc4_128'):
        return
    for n in (0, 1, 7, 8, 15, 16, 23, 31, 33):
        r = Records(vers, hash, enc, 1)
        r.s.sendall(struct.pack('>BHH', DATA, vers, n) + os.urandom(n))
        typ, text = r.read()
        if typ == DATA and hash == 'clear':
            pass  # a cipher alone, whose padding was right by chance
        else:
            assert typ == ALERT and text[0] == 2 and text[1] in (20, 50), (typ, text)
        said = dropped(r.p, r.s)
        assert 'Errored' in said or hash == 'clear', said


def padding(vers, hash, enc):
    """The same alert whether the padding is wrong or the MAC: RFC 5246, 6.2.3.2"""
    if not enc.endswith('cbc') or hash == 'clear':
        return
    for lie in ('padding', 'allpadding'):
        if lie == 'padding' and vers == 0x300:
            continue
        r = Records(vers, hash, enc, 0)
        before = r.out.seal(DATA, b'before')
        r.s.sendall(before + r.out.seal(DATA, b'text', lie))
        assert r.read() == (DATA, b'before')
        assert r.read() == (ALERT, b'\2\x14')
        ended(r.p, r.s, 'tls error; State: Errored')


def helpers():
    """The processes of run9-crypt that lies beside run9."""
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            if os.readlink('/proc/%s/exe' % pid) == crypt:
                yield int(pid)
        except OSError:
            pass


def isstopped(pid):
    """Do all threads of the process stand still?"""
    for task in os.listdir('/proc/%d/task' % pid):
        with open('/proc/%d/task/%s/stat' % (pid, task)) as f:
            if f.read().rpartition(')')[2].split()[0] != 'T':
                return False
    return True


def gone(sig):
    """The helper gets a signal and answers no more: the conversation ends, and another has another
    helper."""
    r = Records(0x303, 'clear', 'aes_128_gcm_aead', 0, 'again')
    r.echoed(b'before')
    pids = list(helpers())
    assert len(pids) == 1, pids
    os.kill(pids[0], sig)
    while list(helpers()) if sig == signal.SIGKILL else not isstopped(pids[0]):
        time.sleep(0.01)
    r.s.sendall(r.out.seal(DATA, b'after'))
    try:
        said = r.p.communicate(timeout=60)[1].decode().strip()
    finally:
        r.p.kill()
    r.s.close()
    assert said == 'run9-crypt has ended; State: Errored\nagain: finished', said
    while list(helpers()):
        time.sleep(0.01)


@contextlib.contextmanager
def cryptaway():
    """run9-crypt does not lie beside run9."""
    os.rename(crypt, crypt + '.away')
    try:
        yield
    finally:
        os.rename(crypt + '.away', crypt)


def nohelper(why):
    """A cipher is an error that says why."""
    p, s = start('record', '0x303', 'clear', 'rc4_128', '1', 'A' * 44)
    ended(p, s, 'secret: write /net/tls/clone: tls: no helper: ' + why)


def absent():
    """Without the helper there is the cipher clear, and an error that says so."""
    with cryptaway():
        talk(0x303, 'clear', 'clear')
        nohelper('run9-crypt is not installed')


def shrinks():
    """Another program of the helper's name takes the memory away: an error, and all else goes on."""
    with cryptaway():
        with open(crypt, 'w') as f:
            f.write('#!%s\nimport os\ntry:\n  os.ftruncate(0, 0)\n  os.read(1, 1)\n'
                    'except PermissionError:\n  pass\n' % sys.executable)
        os.chmod(crypt, 0o755)
        nohelper('run9-crypt does not start')


def nodump():
    """No core file of the instance has the helper memory."""
    r = Records(0x303, 'clear', 'aes_128_gcm_aead', 0)
    r.echoed(b'data')
    # what a signal would dump: the mappings whose flags have no dd
    seen = 0
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            if os.readlink('/proc/%s/exe' % pid) != os.path.realpath(run9):
                continue
            with open('/proc/%s/smaps' % pid) as f:
                ours = False
                for line in f:
                    if re.match('[0-9a-f]+-', line):
                        ours = 'run9-helper' in line
                    elif ours and line.startswith('VmFlags:'):
                        assert ' dd' in line, line
                        seen += 1
        except OSError:
            pass
    assert seen > 0
    r.s.sendall(r.out.seal(ALERT, b'\1\0'))
    ended(r.p, r.s, 'tls hungup; State: RemoteClosed')


def certificate(dir):
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'test')])
    now = datetime.datetime.utcnow()
    cert = (x509.CertificateBuilder().subject_name(name).issuer_name(name)
            .public_key(key.public_key()).serial_number(1).not_valid_before(now)
            .not_valid_after(now + datetime.timedelta(1)).sign(key, hashes.SHA256()))
    path = os.path.join(dir, 'cert')
    with open(path, 'wb') as f:
        f.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                  serialization.NoEncryption()))
        f.write(cert.public_bytes(serialization.Encoding.PEM))
    return path


def shake(suite, itsclient, cert):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if itsclient else ssl.PROTOCOL_TLS_CLIENT)
    c.maximum_version = ssl.TLSVersion.TLSv1_2
    if itsclient:
        c.load_cert_chain(cert)
    else:
        c.check_hostname = False
        c.verify_mode = ssl.CERT_NONE
    c.set_ciphers(suite)
    p, s = start('client' if itsclient else 'server', suite)
    t = c.wrap_socket(s, server_side=bool(itsclient))
    assert t.cipher()[0] == suite
    for n in (1, 1000, 16384, 100000):
        text, got = os.urandom(n), b''
        t.sendall(text)
        while len(got) < n:
            p9 = t.recv(n - len(got))
            assert p9
            got += p9
        assert got == text
    t.unwrap()
    ended(p, s, 'tls hungup; State: RemoteClosed')


def run(name, f, *args):
    try:
        f(*args)
        print('ok', name)
    except Exception as e:
        print('FAIL %s: %s: %s' % (name, type(e).__name__, e))
    sys.stdout.flush()


plain = [(0x300, 'md5', 'rc4_128'), (0x301, 'sha1', 'rc4_128'), (0x303, 'sha256', 'rc4_128'),
         (0x300, 'sha1', '3des_ede_cbc'), (0x301, 'sha1', '3des_ede_cbc'),
         (0x302, 'md5', '3des_ede_cbc'), (0x300, 'sha1', 'aes_128_cbc'),
         (0x301, 'sha1', 'aes_128_cbc'), (0x302, 'sha1', 'aes_256_cbc'),
         (0x303, 'sha256', 'aes_256_cbc'), (0x303, 'sha1', 'aes_128_cbc'),
         (0x303, 'clear', 'aes_128_cbc'), (0x303, 'clear', 'rc4_128'),
         (0x300, 'sha1', 'clear'), (0x303, 'sha256', 'clear'), (0x303, 'clear', 'clear'),
         (0x303, 'clear', 'ccpoly64_aead'), (0x303, 'clear', 'ccpoly96_aead'),
         (0x303, 'clear', 'aes_128_gcm_aead'), (0x303, 'clear', 'aes_256_gcm_aead'),
         (0x301, 'clear', 'aes_128_gcm_aead'), (0x300, 'clear', 'ccpoly96_aead')]
for suite in plain:
    for f in (talk, lies, replayed, short, padding):
        run('%s %#x %s %s' % (f.__name__, *suite), f, *suite)
run('killed', gone, signal.SIGKILL)
run('stopped', gone, signal.SIGSTOP)
run('absent', absent)
run('shrinks', shrinks)
run('nodump', nodump)
with tempfile.TemporaryDirectory() as dir:
    cert = certificate(dir)
    for suite in ('AES128-SHA', 'AES256-SHA', 'AES128-SHA256', 'AES128-GCM-SHA256',
                  'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'):
        run('client ' + suite, shake, suite, 1, cert)
        if not suite.startswith('ECDHE'):
            run('server ' + suite, shake, suite, 0, cert)
