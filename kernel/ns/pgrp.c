/*
 * Process groups that share a name space: rfork(2), RFNAMEG and RFCNAMEG. Also the devices that
 * their processes may attach.
 *
 * Pgrp.denied has a bit for each place in devtab, and one for mounts. Bits are only ever set,
 * so it needs no lock.
 */
#include "ns/nsdat.h"

#define NOMNT (1ULL << 63)

Pgrp *
newpgrp(void)
{
	static u32int id;
	Pgrp *p;

	p = smalloc(sizeof *p);
	setrank(&p->ns, Rpgrp);
	p->r.ref = 1;
	p->id = __atomic_add_fetch(&id, 1, __ATOMIC_RELAXED);
	return p;
}

/* Copy a chain in its order. Returns 0 if there is no memory. from->ns is held. */
static int
chaincpy(Mhead **to, Mhead *from)
{
	Mhead *h;

	for(; from != nil; from = from->hash) {
		h = malloc(sizeof *h);
		if(h == nil)
			return 0;
		h->un = from->un;
		incref(&h->un->r);
		*to = h;
		to = &h->hash;
	}
	return 1;
}

void
pgrpcpy(Pgrp *to, Pgrp *from)
{
	int i, ok;

	ok = 1;
	rlock(&from->ns);
	to->denied = loadrelaxed(&from->denied);
	to->froms = from->froms;
	for(i = 0; ok && i < MNTHASH; i++)
		ok = chaincpy(&to->mnthash[i], from->mnthash[i]);
	runlock(&from->ns);
	if(!ok)
		error(Enomem);
}

Pgrp *cleanns;

Pgrp *
cleanpgrp(void)
{
	Pgrp *p;

	p = newpgrp();
	onerror(closepgrp(p));
	if(cleanns != nil)
		pgrpcpy(p, cleanns);
	poperror();
	return p;
}

void
closepgrp(Pgrp *p)
{
	Mhead *h, *next;
	Chan *list;
	int i;

	if(p == nil || decref(&p->r) > 0)
		return;
	list = nil;
	for(i = 0; i < MNTHASH; i++) {
		for(h = p->mnthash[i]; h != nil; h = next) {
			next = h->hash;
			uniondrop(h->un, &list);
			free(h);
		}
	}
	free(p);
	closelist(list);
}

/* The bits of the devices that the letters name. Other letters are ignored. */
static u64int
devbits(const char *letters)
{
	u64int bits;
	Rune r;
	int n, t;

	bits = 0;
	for(; *letters != '\0'; letters += n) {
		n = chartorune(&r, letters);
		t = devno(r, 1);
		if(r == 'M')
			bits |= NOMNT;
		else if(t >= 0)
			bits |= DEVBIT(t);
	}
	return bits;
}

static void
deny(Pgrp *p, u64int bits)
{
	__atomic_fetch_or(&p->denied, bits, __ATOMIC_SEQ_CST);
}

void
denydevs(Pgrp *p, const char *letters)
{
	deny(p, devbits(letters));
}

void
denyallbut(Pgrp *p, const char *letters)
{
	deny(p, ~devbits(letters));
}

static int
allowed(Pgrp *p, u64int bit)
{
	return (aload(&p->denied) & bit) == 0;
}

int
devallowed(Pgrp *p, int t)
{
	assert(DEVBIT(t) < NOMNT);
	return allowed(p, DEVBIT(t));
}

int
mntallowed(Pgrp *p)
{
	return allowed(p, NOMNT);
}
