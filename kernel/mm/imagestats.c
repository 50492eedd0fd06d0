/*
 * Counters of the image cache.
 *
 *   imagestats       the counters
 *   imagestatstext   the same as text: /dev/imagecache, run9 --stats
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

void
imagestats(Imagestats *st)
{
	uvlong *from, *to;
	usize k;

	memset(st, 0, sizeof *st);
	/* an Imagestats is an array of uvlongs */
	from = (uvlong *)&imagestat;
	to = (uvlong *)st;
	for(k = 0; k < sizeof(Imagestats) / sizeof(uvlong); k++)
		to[k] = loadrelaxed(&from[k]);
	/* an attach without lock adds to lockfree alone */
	st->attaches += st->lockfree;
	st->hits += st->lockfree;
	st->texthits += st->lockfree;
}

uvlong
cachedpages(void)
{
	return loadrelaxed(&imagestat.pages);
}

char *
imagestatstext(char *p, char *e)
{
	Imagestats st;

	imagestats(&st);
	p = seprint(p, e,
	    "attaches %llud\nhits %llud\ntexthits %llud\nlockfree %llud\nnewimages %llud\n",
	    st.attaches, st.hits, st.texthits, st.lockfree, st.newimages);
	p = seprint(p, e, "reclaims %llud\nreclaimed %llud\n", st.reclaims,
	    st.reclaimed);
	p = seprint(p, e,
	    "reads %llud\npageins %llud\npagehits %llud\ndups %llud\n",
	    st.reads, st.pageins, st.pagehits, st.dups);
	p = seprint(p, e, "pages %llud\nimages %llud\nmaximages %llud\n",
	    st.pages, st.images, st.maximages);
	return seprint(p, e, "framesfree %ud\nframestotal %ud\n", freeframes(),
	    totalframes());
}
