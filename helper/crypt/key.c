/*
 * Keys, in a table that grows. Numbers are given out again.
 */
#include <openssl/crypto.h>
#include <pthread.h>
#include <string.h>
#include "crypt.h"

enum
{
	MAXKEYS = 8192,
};

static pthread_mutex_t lk = PTHREAD_MUTEX_INITIALIZER;
static Key *keys[MAXKEYS];
/* numbers below it have been given out */
static u32int nkeys;

/* Give k a number: that of a forgotten key, if there is one. Returns -1 if there are too many. */
static int
enter(Key *k)
{
	u32int i;
	int r;

	r = -1;
	pthread_mutex_lock(&lk);
	for(i = 0; i < nkeys && keys[i] != NULL; i++)
		;
	if(i < MAXKEYS) {
		keys[i] = k;
		if(i == nkeys)
			nkeys++;
		r = (int)i;
	}
	pthread_mutex_unlock(&lk);
	return r;
}

static Key *
lookup(u32int n, int take)
{
	Key *k;

	k = NULL;
	pthread_mutex_lock(&lk);
	if(n < nkeys) {
		k = keys[n];
		if(take)
			keys[n] = NULL;
	}
	pthread_mutex_unlock(&lk);
	return k;
}

static void
drop(Key *k)
{
	suitefree(k);
	OPENSSL_clear_free(k, sizeof *k);
}

void
newkey(Cryptslot *s)
{
	Cryptkey secrets;
	Key *k;
	int n;

	memcpy(&secrets, s->data, sizeof secrets);
	OPENSSL_cleanse(s->data, sizeof secrets);
	k = OPENSSL_zalloc(sizeof *k);
	if(k == NULL)
		return;
	k->seal = s->seal != 0;
	k->version = s->version;
	k->enc = s->enc;
	k->hash = s->hash;
	n = suiteinit(k, &secrets) ? enter(k) : -1;
	OPENSSL_cleanse(&secrets, sizeof secrets);
	if(n < 0) {
		drop(k);
		return;
	}
	s->key = n;
	s->err = Cok;
}

void
freekey(Cryptslot *s)
{
	Key *k;

	k = lookup(s->key, 1);
	if(k == NULL)
		return;
	drop(k);
	s->err = Cok;
}

Key *
keyof(const Cryptslot *s, int seal)
{
	Key *k;

	k = lookup(s->key, 0);
	return k != NULL && k->seal == seal ? k : NULL;
}
