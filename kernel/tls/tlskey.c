/*
 * The algorithms of tls(3), and the keys that conversations have in the helper.
 */
#include "tls/tlsdat.h"

typedef struct Alg Alg;
struct Alg
{
	const char *name;
	/* bytes of secrets for each direction. A hash has no IV */
	u32int keylen;
	u32int ivlen;
};

static const Alg encalgs[Nenc] = {
    [Encclear] = {"clear", 0, 0},
    [Encrc4] = {"rc4_128", 16, 0},
    [Enc3des] = {"3des_ede_cbc", 24, 8},
    [Encaes128] = {"aes_128_cbc", 16, 16},
    [Encaes256] = {"aes_256_cbc", 32, 16},
    [Encccpoly64] = {"ccpoly64_aead", 32, 0},
    [Encccpoly96] = {"ccpoly96_aead", 32, 12},
    [Encgcm128] = {"aes_128_gcm_aead", 16, 4},
    [Encgcm256] = {"aes_256_gcm_aead", 32, 4},
};

static const Alg hashalgs[Nhash] = {
    [Hashclear] = {"clear", 0, 0},
    [Hashmd5] = {"md5", 16, 0},
    [Hashsha1] = {"sha1", 20, 0},
    [Hashsha256] = {"sha256", 32, 0},
};

static const char Enoenc[] = "unsupported encryption algorithm";
static const char Enohash[] = "unsupported hash algorithm";

/* The bits of the algorithms that there are: without the helper only clear. */
static void
whatalgs(u32int *encs, u32int *hashes)
{
	*encs = 1 << Encclear;
	*hashes = 1 << Hashclear;
	if(waserror())
		return;
	crypthelper(encs, hashes);
	poperror();
}

/* The names of those of the nalg algorithms whose bits are in `have', in buf of n bytes. */
static void
algnames(const Alg *algs, u32int nalg, u32int have, char *buf, int n)
{
	u32int i;
	char *p;

	p = buf;
	for(i = 0; i < nalg; i++)
		if(have & 1U << i)
			p = seprint(
			    p, buf + n, p == buf ? "%s" : " %s", algs[i].name);
}

void
tlsencalgs(char *buf, int n)
{
	u32int encs, hashes;

	whatalgs(&encs, &hashes);
	algnames(encalgs, Nenc, encs, buf, n);
}

void
tlshashalgs(char *buf, int n)
{
	u32int encs, hashes;

	whatalgs(&encs, &hashes);
	algnames(hashalgs, Nhash, hashes, buf, n);
}

const char *
tlsencname(const Secret *s)
{
	return encalgs[s->enc].name;
}

const char *
tlshashname(const Secret *s)
{
	return hashalgs[s->hash].name;
}

/* The number of the algorithm `name' in algs. Raises error(why) if it is none of them. */
static u32int
algnumber(const Alg *algs, u32int nalg, const char *name, const char *why)
{
	u32int i;

	for(i = 0; i < nalg; i++)
		if(strcmp(name, algs[i].name) == 0)
			return i;
	error(why);
}

/* encode(2): decode s in place; other bytes than digits are passed over. Returns the length. */
static u32int
unbase64(char *s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	u32int word, nbits, n;
	const char *d;
	char *p;

	word = nbits = n = 0;
	for(p = s; *p != 0 && *p != '='; p++) {
		d = strchr(digits, *p);
		if(d == nil)
			continue;
		word = word << 6 | (u32int)(d - digits);
		nbits += 6;
		if(nbits >= 8) {
			nbits -= 8;
			s[n++] = (char)(word >> nbits);
		}
	}
	return n;
}

/* cryptend for a request that had secrets, which the helper may have left in the slot. */
static void
endnewkey(Cryptslot *s)
{
	memset(s->data, 0, sizeof(Cryptkey));
	cryptend(s);
}

/* The key of one direction, with the algorithms of algs and the secrets k. */
static Secret *
makesecret(Tlsconv *t, int seal, const Secret *algs, const Cryptkey *k)
{
	Cryptslot *s;
	Secret *sec;

	sec = smalloc(sizeof *sec);
	*sec = *algs;
	if(sec->helper == 0)
		return sec;
	onerror(free(sec));
	s = cryptbegin(sec->helper);
	onerror(endnewkey(s));
	memmove(s->data, k, sizeof *k);
	s->op = Cnewkey;
	s->seal = seal;
	s->version = t->version;
	s->enc = sec->enc;
	s->hash = sec->hash;
	cryptask(s);
	sec->key = s->key;
	poperror();
	endnewkey(s);
	poperror();
	return sec;
}

void
tlsfreesecret(Secret *sec)
{
	Cryptslot *s;

	if(sec == nil)
		return;
	if(sec->helper != 0 && !waserror()) {
		s = cryptbegin(sec->helper);
		onerror(cryptend(s));
		s->op = Cfreekey;
		s->key = sec->key;
		cryptask(s);
		poperror();
		cryptend(s);
		poperror();
	}
	free(sec);
}

Cryptslot *
tlscryptbegin(Tlsconv *t, const Secret *sec)
{
	Cryptslot *s;

	onerror(tlsfail(t, up->errstr));
	s = cryptbegin(sec->helper);
	poperror();
	s->key = sec->key;
	return s;
}

void
tlscryptask(Tlsconv *t, Cryptslot *s)
{
	onerror(tlsfail(t, up->errstr));
	cryptask(s);
	poperror();
}

/* The secrets of a direction: toserver is 1 for that to the server, which comes first in each
 * category. */
static void
cutsecrets(Cryptkey *k, const char *x, u32int hash, u32int enc, int toserver)
{
	const Alg *h = &hashalgs[hash];
	const Alg *e = &encalgs[enc];

	memset(k, 0, sizeof *k);
	memmove(k->mac, x + (toserver ? 0 : h->keylen), h->keylen);
	x += 2 * h->keylen;
	memmove(k->key, x + (toserver ? 0 : e->keylen), e->keylen);
	x += 2 * e->keylen;
	memmove(k->iv, x + (toserver ? 0 : e->ivlen), e->ivlen);
}

/* The helper that has both algorithms; 0 if none is needed. */
static u32int
helperfor(u32int enc, u32int hash)
{
	u32int encs, hashes, helper;

	if(enc == Encclear && hash == Hashclear)
		return 0;
	helper = crypthelper(&encs, &hashes);
	if((encs & 1U << enc) == 0)
		error(Enoenc);
	if((hashes & 1U << hash) == 0)
		error(Enohash);
	return helper;
}

/* The key of one direction, cut out of the secrets x. */
static Secret *
secretof(Tlsconv *t, int seal, int toserver, const Secret *algs, const char *x)
{
	Cryptkey k;
	Secret *sec;

	cutsecrets(&k, x, algs->hash, algs->enc, toserver);
	onerror(memset(&k, 0, sizeof k));
	sec = makesecret(t, seal, algs, &k);
	poperror();
	memset(&k, 0, sizeof k);
	return sec;
}

/* Both directions' keys. */
static void
makesecrets(Tlsconv *t, int isclient, const Secret *algs, const char *x)
{
	Secret *out;

	out = secretof(t, 1, isclient, algs, x);
	onerror(tlsfreesecret(out));
	t->innew = secretof(t, 0, !isclient, algs, x);
	poperror();
	t->outnew = out;
}

void
tlssetsecrets(Tlsconv *t, char **f)
{
	Secret algs = {0};
	u32int n;

	if(t->chan == nil || !t->verset)
		error("must set fd and version before secrets");
	tlsfreesecret(t->innew);
	t->innew = nil;
	tlsfreesecret(t->outnew);
	t->outnew = nil;
	algs.hash = algnumber(hashalgs, Nhash, f[1], Enohash);
	algs.enc = algnumber(encalgs, Nenc, f[2], Enoenc);
	n = unbase64(f[4]);
	if(n < 2 *
		(hashalgs[algs.hash].keylen + encalgs[algs.enc].keylen +
		    encalgs[algs.enc].ivlen))
		error("not enough secret data provided");
	if(algs.hash == Hashsha256 && t->version == SSL3)
		error("sha256 cannot be used with SSL");
	algs.helper = helperfor(algs.enc, algs.hash);
	makesecrets(t, atoi(f[3]) != 0, &algs, f[4]);
}
