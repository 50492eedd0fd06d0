/*
 * run9-crypt: seals and opens TLS records for run9's kernel, with OpenSSL's libcrypto. The requests
 * are in memory that it shares with the kernel: kernel/tls/cryptmsg.h.
 *
 *   main.c    the memory, and the threads that serve it
 *   key.c     keys: what a direction of a conversation seals or opens with
 *   record.c  records
 *   suite.c   which algorithms the library has; MACs, and the AEADs
 */
#ifndef CRYPT_H
#define CRYPT_H

#include <openssl/evp.h>
#include <openssl/rc4.h>
#include "tls/cryptmsg.h"

typedef struct Aead Aead;
typedef struct Key Key;

enum
{
	/* bytes of the additional data: sequence number and header */
	AADMAX = 13,
	AEADTAG = 16,
	/* bytes of an AEAD's nonce */
	AEADIV = 12,
	/* bytes of the nonce that a GCM record carries */
	GCMIV = 8,

	SSL30 = 0x300,
	TLS11 = 0x302,
};

struct Key
{
	int seal;
	u32int version;
	u32int enc;
	u32int hash;
	/* bytes: of a cipher's block, of the IV that a record carries, of the MAC or tag */
	int block;
	int ivlen;
	int maclen;
	/* an AEAD has no hash */
	int aead;
	/* CBC, GCM, ChaCha20 */
	EVP_CIPHER_CTX *cipher;
	RC4_KEY rc4;
	/* HMAC, or Poly1305 of Encccpoly64 */
	EVP_MAC_CTX *mac;
	uchar mackey[CRYPTMAC];
	uchar iv[CRYPTIV];
};

/* --- suite.c --- */

/* Fill in encs and hashes of m. */
void findalgs(Cryptmem *m);
/* Set the algorithms of k, whose first fields are set, up with the secrets s. Returns 0 if the
 * library refuses. */
int suiteinit(Key *k, const Cryptkey *s);
/* Free what suiteinit made. */
void suitefree(Key *k);
/* The MAC of a record's additional data and text. Returns 0 on failure. */
int recordmac(
    Key *k, const uchar *aad, int naad, const uchar *p, int n, uchar *mac);
/* Seal n bytes at p, in place; the tag follows them, and a GCM record's nonce is at p - GCMIV. seq is
 * the first 8 bytes of aad. Returns 0 on failure. */
int aeadseal(Key *k, const uchar *aad, int naad, uchar *p, int n);
/* Open them. Returns 0 if the tag is wrong. */
int aeadopen(Key *k, const uchar *aad, int naad, uchar *p, int n);

/* --- key.c --- */

/* Carry out the request s. */
void newkey(Cryptslot *s);
void freekey(Cryptslot *s);
/* The key of s; NULL if it is none that seals, or opens, as the request wants. */
Key *keyof(const Cryptslot *s, int seal);

/* --- record.c --- */

/* Carry out the request s. */
void sealrecords(Cryptslot *s);
void openrecords(Cryptslot *s);

#endif
