/*
 * What a slot has mapped: a short list of runs, ascending by address, none overlapping.
 * With the list the machine knows which host calls it need not make.
 *
 *   mapsadd mapsremove mapssplit  what the slot maps and unmaps
 *   mapsstale                     a new address space begins: all runs are out of date
 *   mapshide                      runs that the program can no longer reach
 *   mapsright mapsrevive          find an out-of-date run that is wanted again, and use it
 *
 * The kick handler may unmap a range in the middle of any of these. It then sets mapsunknown.
 * From there on nothing relies on the list, until everything has been unmapped. When the list
 * overflows, insert does the same.
 */
#include "u.h"
#include "host/map/map.h"
#include "lib/lib.h"

enum
{
	/* a run of at least this many pages is revived; a shorter one is mapped together
	 * with its neighbours */
	Worthwhile = 8,
};

static uintptr
end(const Map *m)
{
	return m->va + (uvlong)m->n * BY2PG;
}

/* Index of the first run of s that ends above va. */
static u32int
above(Slot *s, uintptr va)
{
	u32int lo, hi, mid;

	lo = 0;
	hi = s->nmap;
	while(lo < hi) {
		mid = (lo + hi) / 2;
		if(end(&s->map[mid]) > va)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

void
mapsclear(void)
{
	self.nmap = 0;
	self.nstale = 0;
	self.nhidden = 0;
	self.mapsunknown = 0;
}

/* n runs more (n is 1 or -1) are in state st. */
static void
countstate(int st, int n)
{
	if(st == Stale)
		self.nstale += n;
	else if(st == Hidden)
		self.nhidden += n;
}

static void
insert(u32int i, const Map *m)
{
	if(self.nmap == NMAP) {
		self.mapsunknown = 1;
		return;
	}
	memmove(&self.map[i + 1], &self.map[i], (self.nmap - i) * sizeof *m);
	self.map[i] = *m;
	self.nmap++;
	countstate(m->state, 1);
}

Map *
mapsfind(Slot *s, uintptr va)
{
	u32int i;

	i = above(s, va);
	if(i == s->nmap || s->map[i].va > va)
		return nil;
	return &s->map[i];
}

int
mapsnext(int state, uintptr *va, uvlong *len)
{
	u32int i, j;

	if((state == Stale ? self.nstale : self.nhidden) == 0)
		return 0;
	for(i = 0; self.map[i].state != state; i++)
		assert(i + 1 < self.nmap);
	for(j = i + 1; j < self.nmap && self.map[j].state == state &&
	    self.map[j].va == end(&self.map[j - 1]);
	    j++)
		;
	*va = self.map[i].va;
	*len = end(&self.map[j - 1]) - *va;
	return 1;
}

void
mapshide(uintptr va, uvlong len)
{
	u32int i;

	for(i = above(&self, va); i < self.nmap && self.map[i].va < va + len;
	    i++) {
		countstate(self.map[i].state, -1);
		self.map[i].state = Hidden;
		countstate(Hidden, 1);
	}
}

void
mapssplit(uintptr va)
{
	Map *m, rest;
	u32int n;

	m = mapsfind(&self, va);
	if(m == nil || m->va == va)
		return;
	n = (va - m->va) / BY2PG;
	rest = *m;
	rest.va = va;
	rest.frame += n;
	rest.n -= n;
	m->n = n;
	insert(m - self.map + 1, &rest);
}

int
mapsremove(uintptr va, uvlong len)
{
	u32int i, j;

	i = above(&self, va);
	if(i == self.nmap || self.map[i].va >= va + len)
		return 0;
	mapssplit(va);
	mapssplit(va + len);
	if(self.mapsunknown)
		return 1;
	i = above(&self, va);
	for(j = i; j < self.nmap && self.map[j].va < va + len; j++)
		countstate(self.map[j].state, -1);
	memmove(
	    &self.map[i], &self.map[j], (self.nmap - j) * sizeof self.map[0]);
	self.nmap -= j - i;
	return j > i;
}

void
mapsadd(uintptr va, u32int frame, u32int n, int prot)
{
	Map m = {va, frame, n, prot, Current}, *l;
	u32int i;

	if(self.mapsunknown)
		return;
	i = above(&self, va);
	l = &self.map[i - 1];
	if(i > 0 && end(l) == va && l->frame + l->n == frame &&
	    l->prot == prot && l->state == Current) {
		l->n += n;
		return;
	}
	insert(i, &m);
}

void
mapsstale(void)
{
	u32int i;

	for(i = 0; i < self.nmap; i++)
		if(self.map[i].state == Current)
			self.map[i].state = Stale;
	self.nstale = self.nmap - self.nhidden;
}

u32int
mapsright(uintptr va, u32int frame, u32int n, u32int *before)
{
	u32int i, len;
	uintptr lo, hi;
	Map *m;

	if(self.nstale + self.nhidden == 0)
		return 0;
	for(i = above(&self, va); i < self.nmap; i++) {
		m = &self.map[i];
		if(m->va >= va + (uvlong)n * BY2PG)
			break;
		lo = m->va > va ? m->va : va;
		hi = va + (uvlong)n * BY2PG;
		if(hi > end(m))
			hi = end(m);
		len = (hi - lo) / BY2PG;
		*before = (lo - va) / BY2PG;
		if(m->state != Current &&
		    m->frame + (lo - m->va) / BY2PG == frame + *before &&
		    (len == n || len >= Worthwhile || frame >= SMALLFRAME))
			return len;
	}
	return 0;
}

void
mapsrevive(uintptr va, u32int n, int prot)
{
	Map *m;

	/* the rest of the run stays out of date */
	mapssplit(va);
	mapssplit(va + (uvlong)n * BY2PG);
	if(self.mapsunknown)
		return;
	m = mapsfind(&self, va);
	countstate(m->state, -1);
	m->state = Current;
	m->prot = prot;
}
