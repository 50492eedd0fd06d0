/*
 * A Segment's page tables.
 *
 *   segslot pageat segput   a page's slot, and the page in it
 *   nextpte                 all Ptes, in order
 *   segrow freetab          the tables themselves
 *
 * A Pte is for 2 MiB. The Ptes of the first 2 GiB, which is most Segments, are in one array as
 * long as the Segment needs. The others are in tables of NEARPTES Ptes, which are made when a
 * page there is touched. So a Segment of terabytes costs no more than the parts of it that are
 * used.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

int
segrow(Segment *s, uvlong npages)
{
	Pte **m;
	uvlong n;

	if(npages > MAXSEGPAGES)
		return 0;
	n = (npages + PTEPERTAB - 1) / PTEPERTAB;
	if(n > NEARPTES)
		n = NEARPTES;
	if(n <= s->mapsize)
		return 1;
	if(s->mapsize != 0 && n < 2 * s->mapsize)
		n = 2 * s->mapsize < NEARPTES ? 2 * s->mapsize : NEARPTES;
	m = realloc(s->map, n * sizeof(Pte *));
	if(m == nil)
		return 0;
	s->map = m;
	s->mapsize = n;
	return 1;
}

/* Make room for table k in s->far. Returns 0 if there is no memory. */
static int
growfar(Segment *s, u32int k)
{
	Pte ***far;
	u32int n;

	if(k < s->nfar)
		return 1;
	n = k + 1 > 2 * s->nfar ? k + 1 : 2 * s->nfar;
	far = realloc(s->far, n * sizeof(Pte **));
	if(far == nil)
		return 0;
	s->far = far;
	s->nfar = n;
	return 1;
}

/* Where s keeps the Pte of chunk c. May be nil, as segslot's result. */
static Pte **
pteslot(Segment *s, uvlong c, int make)
{
	u32int k;

	if(c < NEARPTES) {
		assert(c < s->mapsize);
		return &s->map[c];
	}
	k = c / NEARPTES - 1;
	if(make) {
		if(!growfar(s, k))
			return nil;
		if(s->far[k] == nil)
			s->far[k] = malloc(NEARPTES * sizeof(Pte *));
	}
	if(k >= s->nfar || s->far[k] == nil)
		return nil;
	return &s->far[k][c % NEARPTES];
}

/* The Pte of chunk c, made if necessary; nil if there is no memory. */
static Pte *
makepte(Segment *s, uvlong c)
{
	Pte **slot, *pte;
	u32int n;

	n = PTEPERTAB;
	if(s->size - c * PTEPERTAB < n)
		n = s->size - c * PTEPERTAB;
	slot = pteslot(s, c, 1);
	if(slot == nil)
		return nil;
	if(*slot != nil && (*slot)->n >= n)
		return *slot;
	pte = realloc(*slot, sizeof(Pte) + n * sizeof(Page *));
	if(pte != nil) {
		pte->n = n;
		*slot = pte;
	}
	return pte;
}

static Pte *
pteof(Segment *s, uvlong idx)
{
	Pte **slot;

	slot = pteslot(s, idx / PTEPERTAB, 0);
	return slot != nil ? *slot : nil;
}

Page **
segslot(Segment *s, uvlong idx, int make)
{
	Pte *pte;

	assert(idx < s->size);
	if(make)
		pte = makepte(s, idx / PTEPERTAB);
	else
		pte = pteof(s, idx);
	if(pte == nil || idx % PTEPERTAB >= pte->n)
		return nil;
	return &pte->pages[idx % PTEPERTAB];
}

Page *
pageat(Segment *s, uvlong idx)
{
	Page **slot;

	slot = segslot(s, idx, 0);
	return slot != nil ? *slot : nil;
}

void
segput(Segment *s, uvlong idx, Page *p)
{
	Page **slot;

	slot = segslot(s, idx, 0);
	assert(slot != nil && *slot == nil);
	*slot = p;
	pteof(s, idx)->npage++;
	storerelaxed(&s->used, s->used + 1);
}

Pte *
newpte(Segment *s, uvlong c, u32int n)
{
	Pte **slot, *pte;

	slot = pteslot(s, c, 1);
	if(slot == nil)
		return nil;
	assert(*slot == nil);
	pte = malloc(sizeof(Pte) + n * sizeof(Page *));
	if(pte != nil) {
		pte->n = n;
		*slot = pte;
	}
	return pte;
}

Pte *
nextpte(Segment *s, uvlong *c)
{
	Pte **slot;
	uvlong end;

	for(; *c < s->mapsize; ++*c)
		if(s->map[*c] != nil)
			return s->map[*c];
	if(*c < NEARPTES)
		*c = NEARPTES;
	end = (1 + (uvlong)s->nfar) * NEARPTES;
	while(*c < end) {
		slot = pteslot(s, *c, 0);
		if(slot == nil)
			*c = ROUNDDN(*c, NEARPTES) + NEARPTES;
		else if(*slot != nil)
			return *slot;
		else
			++*c;
	}
	return nil;
}

void
freetab(Segment *s)
{
	Pte *pte;
	uvlong c;
	u32int k;

	for(c = 0; (pte = nextpte(s, &c)) != nil; c++)
		free(pte);
	for(k = 0; k < s->nfar; k++)
		free(s->far[k]);
	free(s->far);
	free(s->map);
	s->far = nil;
	s->nfar = 0;
	s->map = nil;
	s->mapsize = 0;
}
