/*
 * Records: RFC 6101 (SSL 3.0), 2246, 4346, 5246 (TLS), 5288 (GCM), 7905 (ChaCha20).
 *
 * A record with a MAC is cipher(text, MAC, padding); that of an AEAD is seal(text). From TLS 1.1 on
 * a block cipher's text begins with a block of random bytes. The cipher is chained from record to
 * record, so that block serves as the record's IV.
 */
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>
#include "crypt.h"

static void
put16(uchar *p, u32int v)
{
	p[0] = v >> 8;
	p[1] = v;
}

/* The additional data of a record of n bytes of text; returns its length. */
static int
additional(const Key *k, u64int seq, u32int type, int n, uchar *aad)
{
	int i;

	for(i = 0; i < 8; i++)
		aad[i] = seq >> (56 - 8 * i);
	aad[8] = type;
	if(k->version == SSL30) {
		put16(aad + 9, n);
		return 11;
	}
	put16(aad + 9, k->version);
	put16(aad + 11, n);
	return 13;
}

/* Encrypt or decrypt n bytes, in place. */
static int
ciphertext(Key *k, uchar *p, int n)
{
	int m;

	if(k->enc == Encrc4)
		RC4(&k->rc4, n, p, p);
	if(k->cipher == NULL)
		return 1;
	return EVP_CipherUpdate(k->cipher, p, &m, p, n) && m == n;
}

/* Add padding to n bytes; returns the bytes with it. */
static int
pad(const Key *k, uchar *p, int n)
{
	int m;

	if(k->block == 0)
		return n;
	m = k->block - n % k->block;
	memset(p + n, m - 1, m);
	return n + m;
}

/* Seal n bytes of text at p. Returns how many bytes of record precede p, without the header; *len
 * becomes the length of them all. -1 on failure. */
static int
seal(Key *k, u64int seq, u32int type, uchar *p, int n, int *len)
{
	uchar aad[AADMAX], *start;
	int naad;

	start = p - k->ivlen;
	naad = additional(k, seq, type, n, aad);
	if(k->aead) {
		*len = k->ivlen + n + k->maclen;
		return aeadseal(k, aad, naad, p, n) ? k->ivlen : -1;
	}
	if(k->ivlen > 0 && !RAND_bytes(start, k->ivlen))
		return -1;
	if(!recordmac(k, aad, naad, p, n, p + n))
		return -1;
	*len = pad(k, start, k->ivlen + n + k->maclen);
	return ciphertext(k, start, *len) ? k->ivlen : -1;
}

/* Does the piece of r, with room before and after it, lie in s? */
static int
inslot(const Cryptrec *r, u32int before, u32int after)
{
	return r->off >= before && r->off <= sizeof((Cryptslot *)0)->data &&
	    r->len <= MAXCIPHERREC &&
	    r->off + r->len + after <= sizeof((Cryptslot *)0)->data;
}

void
sealrecords(Cryptslot *s)
{
	Cryptrec *r;
	uchar *hdr;
	Key *k;
	u32int i;
	int before, len;

	k = keyof(s, 1);
	if(k == NULL || s->nrec > CRYPTRECS)
		return;
	for(i = 0; i < s->nrec; i++) {
		r = &s->rec[i];
		if(!inslot(r, CRYPTHEAD, CRYPTTAIL))
			return;
		before = seal(k, s->seq + i, r->type, s->data + r->off,
		    (int)r->len, &len);
		if(before < 0)
			return;
		r->off -= before + RECHDR;
		r->len = len + RECHDR;
		hdr = s->data + r->off;
		hdr[0] = r->type;
		put16(hdr + 1, k->version);
		put16(hdr + 3, len);
	}
	s->err = Cok;
}

/* How many of the n bytes at p, whose padding is checked, precede it; -1 if it is wrong. SSL 3.0
 * says nothing of its bytes but the last. */
static int
unpad(const Key *k, const uchar *p, int n)
{
	int i, m;

	if(k->block == 0)
		return n;
	if(n == 0 || n % k->block != 0)
		return -1;
	m = p[n - 1];
	if(n - 1 - m <= 0)
		return -1;
	if(k->version != SSL30)
		for(i = n - 1 - m; i < n - 1; i++)
			if(p[i] != m)
				return -1;
	return n - 1 - m;
}

/* Open r, whose MAC is tried even if the padding is wrong: the time that this takes shall not tell
 * which of the two it was. */
static u32int
openmac(Key *k, u64int seq, Cryptrec *r, uchar *p)
{
	uchar aad[AADMAX], mac[CRYPTMAC];
	int n, len, naad;

	len = (int)r->len;
	n = -1;
	if((k->block == 0 || len % k->block == 0) && ciphertext(k, p, len))
		n = unpad(k, p, len);
	len -= k->ivlen;
	if(len < 0)
		return Crunt;
	n -= k->ivlen;
	p += k->ivlen;
	if(n >= k->maclen)
		len = n - k->maclen;
	naad = additional(k, seq, r->type, len, aad);
	if(!recordmac(k, aad, naad, p, len, mac))
		return Cbadmac;
	if(n < k->maclen)
		return Cshortmac;
	if(CRYPTO_memcmp(mac, p + len, k->maclen) != 0)
		return Cbadmac;
	r->off += k->ivlen;
	r->len = len;
	return Cok;
}

static u32int
openaead(Key *k, u64int seq, Cryptrec *r, uchar *p)
{
	uchar aad[AADMAX];
	int len, naad;

	len = (int)r->len - k->ivlen;
	if(len < 0)
		return Crunt;
	len -= k->maclen;
	if(len < 0)
		return Cbadmac;
	p += k->ivlen;
	naad = additional(k, seq, r->type, len, aad);
	if(!aeadopen(k, aad, naad, p, len))
		return Cbadmac;
	r->off += k->ivlen;
	r->len = len;
	return Cok;
}

void
openrecords(Cryptslot *s)
{
	Cryptrec *r;
	Key *k;
	u32int i;

	k = keyof(s, 0);
	if(k == NULL || s->nrec > CRYPTRECS)
		return;
	for(i = 0; i < s->nrec; i++) {
		r = &s->rec[i];
		if(!inslot(r, 0, 0))
			return;
		r->err = k->aead ? openaead(k, s->seq + i, r, s->data + r->off)
				 : openmac(k, s->seq + i, r, s->data + r->off);
		if(r->err != Cok)
			break;
	}
	s->err = Cok;
}
