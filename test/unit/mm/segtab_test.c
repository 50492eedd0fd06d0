/*
 * kernel/mm/segtab.c: page tables of Segments of all sizes.
 */
#include "unit.h"
#include "mach/memproc.h"
#include "aout.h"

enum
{
	Pg = BY2PG,
	Near = NEARPTES * PTEPERTAB, /* pages */
};

/* Give s a page idx. */
static void
addpage(Segment *s, uvlong idx)
{
	must(segslot(s, idx, 1) != nil);
	must(pageat(s, idx) == nil);
	segput(s, idx, newpage(1, NOFRAME));
	must(pageat(s, idx) != nil);
}

static void
tables_are_made_where_pages_are(void)
{
	static const uvlong at[] = {0, 1, PTEPERTAB, Near - 1, Near,
	    Near + PTEPERTAB, 3 * (uvlong)Near + 5, MAXSEGPAGES / 2 - 1,
	    MAXSEGPAGES / 2, MAXSEGPAGES - 1};
	Segment *s;
	uvlong c;
	long blocks;
	u32int k, n;

	machself(512, 8);
	s = newseg(SG_SHARED, UTZERO, MAXSEGPAGES);
	blocks = heapblocks();
	/* a look makes nothing */
	for(k = 0; k < nelem(at); k++)
		must(pageat(s, at[k]) == nil);
	c = 0;
	must(nextpte(s, &c) == nil);
	must(heapblocks() == blocks);
	for(k = 0; k < nelem(at); k++)
		addpage(s, at[k]);
	must(s->used == nelem(at));
	/* a Pte for each 2 MiB; tables for four times 2 GiB; an array of those */
	must(heapblocks() - blocks == (long)nelem(at) - 1 + 5 + 1);
	must(pageat(s, Near + 1) == nil);
	must(pageat(s, 2 * (uvlong)Near) == nil);
	/* in order, each once */
	n = 0;
	for(c = 0; nextpte(s, &c) != nil; c++) {
		for(k = 0; k < nelem(at) && at[k] / PTEPERTAB != c; k++)
			;
		must(k < nelem(at));
		n++;
	}
	must(n == nelem(at) - 1);
	putseg(s);
	/* the array of the first 2 GiB goes too */
	must(heapblocks() == blocks - 1);
	mustbefree();
}
IN_FORK(tables_are_made_where_pages_are)

static void
a_segment_has_a_limit(void)
{
	Segment *s;

	machself(512, 8);
	s = newseg(SG_SHARED, UTZERO, 1);
	must(!segrow(s, MAXSEGPAGES + 1));
	must(segrow(s, MAXSEGPAGES));
	must(s->mapsize == NEARPTES);
	putseg(s);
	mustbefree();
}
IN_FORK(a_segment_has_a_limit)

/* Freed in the middle, over tables that are not there. */
static void
ranges_are_freed(void)
{
	Segment *s;

	machself(512, 8);
	s = newseg(SG_SHARED, UTZERO, MAXSEGPAGES);
	addpage(s, 3);
	addpage(s, 4);
	addpage(s, Near + 7);
	addpage(s, 5 * (uvlong)Near);
	addpage(s, 5 * (uvlong)Near + 1);
	mfreeseg(s, UTZERO + 4 * Pg, 5 * (uvlong)Near - 3);
	must(pageat(s, 3) != nil && pageat(s, 4) == nil);
	must(pageat(s, Near + 7) == nil && pageat(s, 5 * (uvlong)Near) == nil);
	must(pageat(s, 5 * (uvlong)Near + 1) != nil);
	must(s->used == 2);
	/* beyond the end is nothing */
	mfreeseg(s, UTZERO, 2 * MAXSEGPAGES);
	must(s->used == 0);
	putseg(s);
	mustbefree();
}
IN_FORK(ranges_are_freed)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tables_are_made_where_pages_are_),
	    cmocka_unit_test(a_segment_has_a_limit_),
	    cmocka_unit_test(ranges_are_freed_),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}
