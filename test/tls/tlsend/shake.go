package main

import (
	"bytes"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"os"
	"time"
)

// A Suite is a cipher suite of TLS 1.2, and what #a calls it.
type Suite struct {
	id        uint16
	hash, enc string
	// bytes of secrets
	nsecret int
	ecdhe   bool
}

var suites = map[string]*Suite{
	"AES128-SHA":                  {0x002f, "sha1", "aes_128_cbc", 2 * (20 + 16 + 16), false},
	"AES256-SHA":                  {0x0035, "sha1", "aes_256_cbc", 2 * (20 + 32 + 16), false},
	"AES128-SHA256":               {0x003c, "sha256", "aes_128_cbc", 2 * (32 + 16 + 16), false},
	"AES128-GCM-SHA256":           {0x009c, "clear", "aes_128_gcm_aead", 2 * (16 + 4), false},
	"ECDHE-RSA-AES128-GCM-SHA256": {0xc02f, "clear", "aes_128_gcm_aead", 2 * (16 + 4), true},
	"ECDHE-RSA-CHACHA20-POLY1305": {0xcca8, "clear", "ccpoly96_aead", 2 * (32 + 12), true},
}

// handshake messages
const (
	clientHello       = 1
	serverHello       = 2
	certificate       = 11
	serverKeyExchange = 12
	serverHelloDone   = 14
	clientKeyExchange = 16
	finished          = 20
)

// A Shake is a handshake, by the hand of a conversation.
type Shake struct {
	c      *Conv
	s      *Suite
	log    bytes.Buffer
	crand  []byte
	srand  []byte
	master []byte
}

func vec(size int, p []byte) []byte {
	var v []byte
	for i := size - 1; i >= 0; i-- {
		v = append(v, byte(len(p)>>(8*i)))
	}
	return append(v, p...)
}

func (h *Shake) send(typ byte, body []byte) {
	msg := append([]byte{typ}, vec(3, body)...)
	h.log.Write(msg)
	if _, err := h.c.hand.Write(msg); err != nil {
		fatal("hand", err)
	}
}

// next reads a message, whose type must be typ unless that is 0. A read is a record's or a part of one.
func (h *Shake) next(typ byte) (byte, []byte) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(h.c.hand, head); err != nil {
		fatal("hand", err)
	}
	body := make([]byte, int(head[1])<<16|int(head[2])<<8|int(head[3]))
	if _, err := io.ReadFull(h.c.hand, body); err != nil {
		fatal("hand", err)
	}
	if typ != 0 && head[0] != typ {
		h.c.tell("alert 10")
		fatal("handshake", fmt.Errorf("message %d instead of %d", head[0], typ))
	}
	if head[0] != finished {
		h.log.Write(head)
		h.log.Write(body)
	}
	return head[0], body
}

func prf(secret []byte, label string, seed []byte, n int) []byte {
	mac := func(p ...[]byte) []byte {
		m := hmac.New(sha256.New, secret)
		for _, q := range p {
			m.Write(q)
		}
		return m.Sum(nil)
	}
	seed = append([]byte(label), seed...)
	var out []byte
	for a := mac(seed); len(out) < n; a = mac(a) {
		out = append(out, mac(a, seed)...)
	}
	return out[:n]
}

// secrets makes the keys of the premaster secret, and gives them to #a.
func (h *Shake) secrets(pre []byte, isclient int) {
	both := append(append([]byte{}, h.crand...), h.srand...)
	h.master = prf(pre, "master secret", both, 48)
	both = append(append([]byte{}, h.srand...), h.crand...)
	keys := prf(h.master, "key expansion", both, h.s.nsecret)
	h.c.tell("secret %s %s %d %s", h.s.hash, h.s.enc, isclient,
		base64.StdEncoding.EncodeToString(keys))
}

func (h *Shake) verify(who string) []byte {
	sum := sha256.Sum256(h.log.Bytes())
	return prf(h.master, who+" finished", sum[:], 12)
}

func (h *Shake) sendfinished(who string) {
	h.c.tell("changecipher")
	h.send(finished, h.verify(who))
}

func (h *Shake) getfinished(who string) {
	want := h.verify(who)
	_, got := h.next(finished)
	if !bytes.Equal(got, want) {
		fatal("finished", fmt.Errorf("%x instead of %x", got, want))
	}
	h.log.Write(append([]byte{finished}, vec(3, got)...))
}

func newShake(suite string) *Shake {
	s := suites[suite]
	if s == nil {
		fatal("suite", fmt.Errorf("no %s", suite))
	}
	return &Shake{c: newConv(0, "0x301"), s: s}
}

func random(n int) []byte {
	p := make([]byte, n)
	rand.Read(p)
	return p
}

// serverkey takes the server's key out of its certificate: the peer is our own.
func serverkey(msg []byte) *rsa.PublicKey {
	cert, err := x509.ParseCertificate(msg[6 : 6+int(msg[3])<<16+int(msg[4])<<8+int(msg[5])])
	if err != nil {
		fatal("certificate", err)
	}
	return cert.PublicKey.(*rsa.PublicKey)
}

// ecdhe answers the server's public point.
func ecdhe(msg []byte) (pre, exchange []byte) {
	p256 := elliptic.P256()
	x, y := elliptic.Unmarshal(p256, msg[4:4+int(msg[3])])
	priv, mx, my, err := elliptic.GenerateKey(p256, rand.Reader)
	if err != nil || x == nil {
		fatal("point", err)
	}
	sx, _ := p256.ScalarMult(x, y, priv)
	return sx.FillBytes(make([]byte, 32)), vec(1, elliptic.Marshal(p256, mx, my))
}

func client(suite string) {
	h := newShake(suite)
	h.crand = random(32)
	ext := []byte{0, 10, 0, 4, 0, 2, 0, 23}    // P-256
	ext = append(ext, 0, 13, 0, 4, 0, 2, 4, 1) // RSA with SHA-256
	ext = append(ext, 0xff, 1, 0, 1, 0)
	hello := append([]byte{3, 3}, h.crand...)
	hello = append(hello, 0, 0, 2, byte(h.s.id>>8), byte(h.s.id), 1, 0)
	h.send(clientHello, append(hello, vec(2, ext)...))
	_, msg := h.next(serverHello)
	h.srand = msg[2:34]
	h.c.tell("version 0x303")
	_, msg = h.next(certificate)
	key := serverkey(msg)
	var pre, exchange []byte
	if h.s.ecdhe {
		_, msg = h.next(serverKeyExchange)
		pre, exchange = ecdhe(msg)
	} else {
		pre = append([]byte{3, 3}, random(46)...)
		sealed, err := rsa.EncryptPKCS1v15(rand.Reader, key, pre)
		if err != nil {
			fatal("rsa", err)
		}
		exchange = vec(2, sealed)
	}
	h.next(serverHelloDone)
	h.send(clientKeyExchange, exchange)
	h.secrets(pre, 1)
	h.sendfinished("client")
	h.getfinished("server")
	h.c.tell("opened")
	h.c.echo()
}

func server(suite string) {
	h := newShake(suite)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		fatal("key", err)
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		fatal("certificate", err)
	}
	_, msg := h.next(clientHello)
	h.crand = msg[2:34]
	h.srand = random(32)
	hello := append([]byte{3, 3}, h.srand...)
	hello = append(hello, 0, byte(h.s.id>>8), byte(h.s.id), 0)
	h.c.tell("version 0x303")
	h.send(serverHello, append(hello, vec(2, []byte{0xff, 1, 0, 1, 0})...))
	h.send(certificate, vec(3, vec(3, cert)))
	h.send(serverHelloDone, nil)
	_, msg = h.next(clientKeyExchange)
	pre, err := rsa.DecryptPKCS1v15(rand.Reader, key, msg[2:])
	if err != nil {
		fatal("rsa", err)
	}
	h.secrets(pre, 0)
	h.getfinished("client")
	h.sendfinished("server")
	h.c.tell("opened")
	h.c.echo()
	os.Exit(0)
}
