/*
 * SHA-1 and HMAC-SHA-1: FIPS 180-4, RFC 2104. cap(3) identifies capabilities by them.
 */
#include "lib/lib.h"

enum
{
	Block = 64,
	/* where the message's length is in its last block */
	Lenat = Block - 8,
};

/* A digest under way. */
typedef struct Sha1 Sha1;
struct Sha1
{
	u32int h[5];
	uchar block[Block];
	/* of the message, so far */
	uvlong len;
};

static u32int
rol32(u32int x, int n)
{
	return x << n | x >> (32 - n);
}

static u32int
getbe32(const uchar *p)
{
	return (u32int)p[0] << 24 | (u32int)p[1] << 16 | (u32int)p[2] << 8 |
	    p[3];
}

static void
putbe32(uchar *p, u32int v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

/* The round's function of b, c and d, with its constant. */
static u32int
mixround(int i, u32int b, u32int c, u32int d)
{
	if(i < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if(i < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if(i < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void
hashblock(Sha1 *s)
{
	u32int w[80], v[5], t;
	int i;

	for(i = 0; i < 16; i++)
		w[i] = getbe32(s->block + 4 * i);
	for(; i < 80; i++)
		w[i] = rol32(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	memmove(v, s->h, sizeof v);
	for(i = 0; i < 80; i++) {
		t = rol32(v[0], 5) + mixround(i, v[1], v[2], v[3]) + v[4] +
		    w[i];
		v[4] = v[3];
		v[3] = v[2];
		v[2] = rol32(v[1], 30);
		v[1] = v[0];
		v[0] = t;
	}
	for(i = 0; i < 5; i++)
		s->h[i] += v[i];
}

static void
shabegin(Sha1 *s)
{
	static const u32int h[5] = {
	    0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};

	memmove(s->h, h, sizeof h);
	s->len = 0;
}

static void
shaadd(Sha1 *s, const void *p, usize n)
{
	const uchar *b;
	usize at;

	for(b = p; n > 0; n--) {
		at = s->len++ % Block;
		s->block[at] = *b++;
		if(at == Block - 1)
			hashblock(s);
	}
}

static void
shaend(Sha1 *s, uchar digest[SHA1LEN])
{
	uvlong bits;
	int i;

	bits = s->len * 8;
	shaadd(s, "\200", 1);
	while(s->len % Block != Lenat)
		shaadd(s, "", 1);
	putbe32(s->block + Lenat, bits >> 32);
	putbe32(s->block + Lenat + 4, bits);
	hashblock(s);
	for(i = 0; i < 5; i++)
		putbe32(digest + 4 * i, s->h[i]);
}

void
sha1(const void *p, usize n, uchar digest[SHA1LEN])
{
	Sha1 s;

	shabegin(&s);
	shaadd(&s, p, n);
	shaend(&s, digest);
}

void
hmacsha1(
    const void *p, usize n, const void *key, usize nkey, uchar digest[SHA1LEN])
{
	uchar k[Block], pad[Block];
	Sha1 s;
	int i;

	memset(k, 0, sizeof k);
	if(nkey > sizeof k)
		sha1(key, nkey, k);
	else
		memmove(k, key, nkey);
	for(i = 0; i < Block; i++)
		pad[i] = k[i] ^ 0x36;
	shabegin(&s);
	shaadd(&s, pad, sizeof pad);
	shaadd(&s, p, n);
	shaend(&s, digest);
	for(i = 0; i < Block; i++)
		pad[i] = k[i] ^ 0x5c;
	shabegin(&s);
	shaadd(&s, pad, sizeof pad);
	shaadd(&s, digest, SHA1LEN);
	shaend(&s, digest);
	memset(k, 0, sizeof k);
	memset(pad, 0, sizeof pad);
	memset(&s, 0, sizeof s);
}
