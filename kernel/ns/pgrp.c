/*
 * Process groups that share a name space: rfork(2), RFNAMEG and RFCNAMEG.
 */
#include "ns/nsdat.h"

Pgrp *
newpgrp(void)
{
	static u32int id;
	Pgrp *p;

	p = smalloc(sizeof *p);
	p->r.ref = 1;
	p->id = __atomic_add_fetch(&id, 1, __ATOMIC_RELAXED);
	return p;
}

/* Copy one chain, in its order; 0 if there is no memory. from->ns is held. */
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
	to->noattach = from->noattach;
	for(i = 0; ok && i < MNTHASH; i++)
		ok = chaincpy(&to->mnthash[i], from->mnthash[i]);
	runlock(&from->ns);
	if(!ok)
		error(Enomem);
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
