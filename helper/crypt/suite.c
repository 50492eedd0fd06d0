/*
 * The algorithms of tls(3), by libcrypto.
 *
 * Two have no name in libcrypto's list of AEADs and MACs. Encccpoly64 is the AEAD of
 * draft-agl-tls-chacha20poly1305, made of ChaCha20 and Poly1305: the nonce is the sequence number,
 * and neither text nor additional data is padded before Poly1305. The MAC of SSL 3.0 is RFC 6101's,
 * made of two digests.
 */
#include "crypt.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <string.h>

typedef struct Enc Enc;
struct Enc
{
	/* the library's name; NULL: the kernel does without it */
	const char *name;
	int keylen;
	int block;
	int aead;
	/* bytes of nonce that a record carries */
	int ivlen;
};

static const Enc encs[Nenc] = {
    [Encclear] = {NULL, 0, 0, 0, 0},
    [Encrc4] = {NULL, 16, 0, 0, 0},
    [Enc3des] = {"DES-EDE3-CBC", 24, 8, 0, 0},
    [Encaes128] = {"AES-128-CBC", 16, 16, 0, 0},
    [Encaes256] = {"AES-256-CBC", 32, 16, 0, 0},
    [Encccpoly64] = {"ChaCha20", 32, 0, 1, 0},
    [Encccpoly96] = {"ChaCha20-Poly1305", 32, 0, 1, 0},
    [Encgcm128] = {"AES-128-GCM", 16, 0, 1, GCMIV},
    [Encgcm256] = {"AES-256-GCM", 32, 0, 1, GCMIV},
};

static const struct
{
	const char *name;
	int len;
	/* bytes of each pad of SSL 3.0's MAC; 0: it has none with this hash */
	int sslpad;
} hashes[Nhash] = {
    [Hashclear] = {NULL, 0, 0},
    [Hashmd5] = {"MD5", 16, 48},
    [Hashsha1] = {"SHA1", 20, 40},
    [Hashsha256] = {"SHA256", 32, 0},
};

/* Can a key of these algorithms be made? */
static int
works(u32int enc, u32int hash)
{
	Key k = {.seal = 1, .version = TLS11, .enc = enc, .hash = hash};
	Cryptkey zero;
	int r;

	memset(&zero, 0, sizeof zero);
	r = suiteinit(&k, &zero);
	suitefree(&k);
	return r;
}

void
findalgs(Cryptmem *m)
{
	u32int i;

	for(i = 0; i < Nenc; i++)
		if(works(i, Hashclear))
			m->encs |= 1U << i;
	for(i = 0; i < Nhash; i++)
		if(works(Encclear, i))
			m->hashes |= 1U << i;
}

static EVP_MAC_CTX *
newmac(const char *name)
{
	EVP_MAC_CTX *c;
	EVP_MAC *m;

	m = EVP_MAC_fetch(NULL, name, NULL);
	if(m == NULL)
		return NULL;
	c = EVP_MAC_CTX_new(m);
	EVP_MAC_free(m);
	return c;
}

static int
hmacinit(Key *k)
{
	OSSL_PARAM p[2];

	k->mac = newmac("HMAC");
	if(k->mac == NULL)
		return 0;
	p[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_MAC_PARAM_DIGEST, (char *)hashes[k->hash].name, 0);
	p[1] = OSSL_PARAM_construct_end();
	return EVP_MAC_init(k->mac, k->mackey, k->maclen, p);
}

static int
cipherinit(Key *k, const Enc *e, const Cryptkey *s)
{
	EVP_CIPHER *c;
	int r;

	c = EVP_CIPHER_fetch(NULL, e->name, NULL);
	if(c == NULL)
		return 0;
	k->cipher = EVP_CIPHER_CTX_new();
	/* ChaCha20 is its own reverse */
	r = k->cipher != NULL &&
	    EVP_CipherInit_ex2(k->cipher, c, s->key,
		e->block != 0 ? s->iv : NULL, k->seal || k->enc == Encccpoly64,
		NULL) &&
	    EVP_CIPHER_CTX_set_padding(k->cipher, 0);
	EVP_CIPHER_free(c);
	return r;
}

int
suiteinit(Key *k, const Cryptkey *s)
{
	const Enc *e;

	if(k->enc >= Nenc || k->hash >= Nhash)
		return 0;
	e = &encs[k->enc];
	k->aead = e->aead;
	k->block = e->block;
	k->ivlen = e->ivlen;
	if(e->block != 0 && k->version >= TLS11)
		k->ivlen = e->block;
	k->maclen = e->aead ? AEADTAG : hashes[k->hash].len;
	memcpy(k->iv, s->iv, sizeof k->iv);
	memcpy(k->mackey, s->mac, sizeof k->mackey);
	if(k->enc == Encrc4)
		RC4_set_key(&k->rc4, e->keylen, s->key);
	if(e->name != NULL && !cipherinit(k, e, s))
		return 0;
	if(k->enc == Encccpoly64) {
		k->mac = newmac("POLY1305");
		return k->mac != NULL;
	}
	if(e->aead || k->hash == Hashclear)
		return 1;
	if(k->version == SSL30)
		return hashes[k->hash].sslpad != 0;
	return hmacinit(k);
}

void
suitefree(Key *k)
{
	EVP_CIPHER_CTX_free(k->cipher);
	EVP_MAC_CTX_free(k->mac);
}

/* hash(key, pad, two texts) */
static int
padhash(
    Key *k, int pad, const uchar *a, int na, const uchar *b, int nb, uchar *out)
{
	const EVP_MD *md;
	EVP_MD_CTX *c;
	uchar pads[48];
	int r;

	md = EVP_get_digestbyname(hashes[k->hash].name);
	c = EVP_MD_CTX_new();
	memset(pads, pad, sizeof pads);
	r = c != NULL && EVP_DigestInit_ex(c, md, NULL) &&
	    EVP_DigestUpdate(c, k->mackey, k->maclen) &&
	    EVP_DigestUpdate(c, pads, hashes[k->hash].sslpad) &&
	    EVP_DigestUpdate(c, a, na) && EVP_DigestUpdate(c, b, nb) &&
	    EVP_DigestFinal_ex(c, out, NULL);
	EVP_MD_CTX_free(c);
	return r;
}

int
recordmac(Key *k, const uchar *aad, int naad, const uchar *p, int n, uchar *mac)
{
	uchar inner[CRYPTMAC];

	if(k->hash == Hashclear)
		return 1;
	if(k->version == SSL30)
		return padhash(k, 0x36, aad, naad, p, n, inner) &&
		    padhash(k, 0x5c, inner, k->maclen, NULL, 0, mac);
	return EVP_MAC_init(k->mac, NULL, 0, NULL) &&
	    EVP_MAC_update(k->mac, aad, naad) && EVP_MAC_update(k->mac, p, n) &&
	    EVP_MAC_final(k->mac, mac, NULL, CRYPTMAC);
}

/* ChaCha20 from block `block' on, with the nonce of the draft. */
static int
chacha(Key *k, u32int block, const uchar *seq, uchar *p, int n)
{
	uchar iv[16] = {0};
	int m;

	iv[0] = block;
	memcpy(iv + 8, seq, 8);
	return EVP_CipherInit_ex2(k->cipher, NULL, NULL, iv, -1, NULL) &&
	    EVP_CipherUpdate(k->cipher, p, &m, p, n);
}

static int
polytag(Key *k, const uchar *aad, int naad, const uchar *p, int n, uchar *tag)
{
	uchar key[64] = {0}, len[2][8] = {{0}};
	int r;

	len[0][0] = naad;
	len[1][0] = n;
	len[1][1] = n >> 8;
	r = chacha(k, 0, aad, key, sizeof key) &&
	    EVP_MAC_init(k->mac, key, 32, NULL) &&
	    EVP_MAC_update(k->mac, aad, naad) &&
	    EVP_MAC_update(k->mac, len[0], 8) && EVP_MAC_update(k->mac, p, n) &&
	    EVP_MAC_update(k->mac, len[1], 8) &&
	    EVP_MAC_final(k->mac, tag, NULL, AEADTAG);
	OPENSSL_cleanse(key, sizeof key);
	return r;
}

/* The nonce of the record whose additional data is aad; GCM's is carried before p. */
static void
nonce(Key *k, const uchar *aad, uchar *p, uchar *iv)
{
	int i;

	memcpy(iv, k->iv, AEADIV);
	if(k->ivlen == 0)
		for(i = 0; i < 8; i++)
			iv[AEADIV - 8 + i] ^= aad[i];
	else {
		/* the number of the record, which never comes twice */
		if(k->seal)
			memcpy(p - GCMIV, aad, GCMIV);
		memcpy(iv + AEADIV - GCMIV, p - GCMIV, GCMIV);
	}
}

static int
aeadtext(Key *k, const uchar *aad, int naad, uchar *p, int n)
{
	uchar iv[AEADIV];
	int m;

	nonce(k, aad, p, iv);
	return EVP_CipherInit_ex2(k->cipher, NULL, NULL, iv, -1, NULL) &&
	    EVP_CipherUpdate(k->cipher, NULL, &m, aad, naad) &&
	    EVP_CipherUpdate(k->cipher, p, &m, p, n);
}

int
aeadseal(Key *k, const uchar *aad, int naad, uchar *p, int n)
{
	int m;

	if(k->enc == Encccpoly64)
		return chacha(k, 1, aad, p, n) &&
		    polytag(k, aad, naad, p, n, p + n);
	return aeadtext(k, aad, naad, p, n) &&
	    EVP_CipherFinal_ex(k->cipher, p + n, &m) &&
	    EVP_CIPHER_CTX_ctrl(
		k->cipher, EVP_CTRL_AEAD_GET_TAG, AEADTAG, p + n);
}

int
aeadopen(Key *k, const uchar *aad, int naad, uchar *p, int n)
{
	uchar tag[AEADTAG];
	int m;

	if(k->enc == Encccpoly64)
		return polytag(k, aad, naad, p, n, tag) &&
		    CRYPTO_memcmp(tag, p + n, AEADTAG) == 0 &&
		    chacha(k, 1, aad, p, n);
	memcpy(tag, p + n, AEADTAG);
	return aeadtext(k, aad, naad, p, n) &&
	    EVP_CIPHER_CTX_ctrl(
		k->cipher, EVP_CTRL_AEAD_SET_TAG, AEADTAG, tag) &&
	    EVP_CipherFinal_ex(k->cipher, p + n, &m);
}
