/*
 * The pages of the mount cache: looking them up, and choosing those to drop.
 *
 * Leaves are found by a hash of file and page index. Pages are dropped by the clock algorithm: all
 * leaves are in a ring, round which a hand goes, and a page that was used since the hand was last
 * there stays for another round.
 */
#include "dev/mntcache.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

struct Mountcache mountcache = {.lk = LOCKRANK(Rmountcache)};

enum
{
	/* how many leaves the hand passes in one holding of the lock */
	Handleaves = 4,
	/* the most pages that are dropped in one holding of the lock */
	Makeroom = 64,
};

static u32int
leafhash(Cachefile *f, u64int at)
{
	return ((uintptr)f / 64 + at * 31) % LEAFBUCKETS;
}

Cacheleaf *
findleaf(Cachefile *f, u64int idx)
{
	Cacheleaf *l;
	u64int at;

	at = idx / LEAFPAGES;
	l = mountcache.leaf[leafhash(f, at)];
	while(l != nil && (l->f != f || l->at != at))
		l = l->hash;
	return l;
}

void
addleaf(Cachefile *f, u64int idx, Cacheleaf *l)
{
	Cacheleaf **h, *hand;

	l->f = f;
	l->at = idx / LEAFPAGES;
	h = &mountcache.leaf[leafhash(f, l->at)];
	l->hash = *h;
	*h = l;
	l->fnext = f->leaves;
	l->fprev = nil;
	if(f->leaves != nil)
		f->leaves->fprev = l;
	f->leaves = l;
	/* behind the hand, which comes to it last */
	hand = mountcache.hand;
	if(hand == nil) {
		l->next = l->prev = l;
		mountcache.hand = l;
		mountcache.handslot = 0;
		return;
	}
	l->next = hand;
	l->prev = hand->prev;
	l->prev->next = l;
	hand->prev = l;
}

void
takeleaf(Cacheleaf *l, Cachefree *put)
{
	Cacheleaf **h;

	h = &mountcache.leaf[leafhash(l->f, l->at)];
	while(*h != l)
		h = &(*h)->hash;
	*h = l->hash;
	if(l->fprev != nil)
		l->fprev->fnext = l->fnext;
	else
		l->f->leaves = l->fnext;
	if(l->fnext != nil)
		l->fnext->fprev = l->fprev;
	if(mountcache.hand == l) {
		mountcache.hand = l->next != l ? l->next : nil;
		mountcache.handslot = 0;
	}
	l->next->prev = l->prev;
	l->prev->next = l->next;
	l->next = put->leaves;
	put->leaves = l;
}

void
takeleaves(Cachefile *f, Cachefree *put)
{
	while(f->leaves != nil)
		takeleaf(f->leaves, put);
}

u32int
freetaken(Cachefree *put)
{
	Cachefile *f;
	Cacheleaf *l;
	u32int i, n;

	n = 0;
	while((l = put->leaves) != nil) {
		put->leaves = l->next;
		for(i = 0; i < LEAFPAGES; i++)
			if(l->slot[i].p != nil) {
				uncachepage(l->slot[i].p);
				n++;
			}
		free(l);
	}
	while((f = put->files) != nil) {
		put->files = f->hash;
		free(f);
	}
	return n;
}

/* --- the clock --- */

/* Take out pages of l, from `slot' on, that were not used since the hand was last there: at most max,
 * to out[]. Returns how many. */
static u32int
takeunused(Cacheleaf *l, u32int slot, Page **out, u32int max)
{
	Cacheslot *s;
	u32int n;

	n = 0;
	for(; slot < LEAFPAGES && n < max; slot++) {
		s = &l->slot[slot];
		if(s->p != nil && !s->used) {
			out[n++] = s->p;
			s->p = nil;
			l->n--;
		}
		s->used = 0;
	}
	mountcache.handslot = slot;
	return n;
}

/* Move the hand over a few leaves, and take out at most max pages, to out[]. Returns how many. *more
 * becomes 0 if there are no leaves. */
static u32int
handmoves(Page **out, u32int max, Cachefree *put, int *more)
{
	Cacheleaf *l;
	Cachefile *f;
	u32int n, i;

	n = 0;
	lock(&mountcache.lk);
	for(i = 0; i < Handleaves && n < max; i++) {
		l = mountcache.hand;
		if(l == nil)
			break;
		n += takeunused(l, mountcache.handslot, out + n, max - n);
		if(l->n == 0) {
			f = l->f;
			takeleaf(l, put);
			looseend(f, put);
		} else if(mountcache.handslot == LEAFPAGES) {
			mountcache.hand = l->next;
			mountcache.handslot = 0;
		}
	}
	*more = mountcache.hand != nil;
	unlock(&mountcache.lk);
	return n;
}

u32int
cachereclaim(u32int want)
{
	Page *out[Makeroom];
	Cachefree put = {0};
	u32int n, k, i, left;
	int more;

	/* two rounds find pages even if all were used before the first */
	left = 2 * loadrelaxed(&mountstat.pages) + 2 * Handleaves;
	more = 1;
	for(n = 0; n < want && more && left > 0; n += k) {
		k = want - n < Makeroom ? want - n : Makeroom;
		k = handmoves(out, k, &put, &more);
		for(i = 0; i < k; i++)
			uncachepage(out[i]);
		freetaken(&put);
		left--;
	}
	countn(&mountstat.reclaimed, n);
	return n;
}
