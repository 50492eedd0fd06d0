/*
 * What the image cache has been doing, and whether it is in order.
 *
 *   imagestats, imagestatstext   counters: /dev/imagecache, run9 --stats
 *   imagecheck                   the invariants that can be seen from outside
 */
#include "u.h"
#include "mm/priv.h"
#include "lib/lib.h"

void
imagestats(Imagestats *st)
{
	uvlong *from, *to;
	usize k;

	/* nothing but uvlongs */
	from = (uvlong *)&imagestat;
	to = (uvlong *)st;
	for(k = 0; k < sizeof(Imagestats) / sizeof(uvlong); k++)
		to[k] = __atomic_load_n(&from[k], __ATOMIC_RELAXED);
}

char *
imagestatstext(char *p, char *e)
{
	Imagestats st;

	imagestats(&st);
	p = seprint(p, e,
	    "attaches %llud\nhits %llud\ntexthits %llud\nnewimages %llud\n",
	    st.attaches, st.hits, st.texthits, st.newimages);
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

/* i is locked. */
static void
checkimage(Image *i)
{
	Page *p;
	u32int k;
	long n;

	assert(i->pgref >= 0 && i->pgref <= getref(&i->r));
	n = 0;
	for(k = 0; k < i->npghash; k++)
		for(p = i->pghash[k]; p != nil; p = p->next) {
			assert(p->image == i && getref(&p->r) > 0);
			assert(pagefind(i, p->daddr, p->shows) == p);
			n++;
		}
	assert(n == i->pgref);
	if(i->s != nil)
		assert(i->c != nil && i->s->image == i);
	if(!i->intable)
		assert(getref(&i->r) == 0 && i->pgref == 0 && i->c == nil &&
		    i->s == nil);
}

void
imagecheck(void)
{
	Image *i;
	u32int k;

	for(k = 0; (i = imageat(k)) != nil; k++) {
		/* an image that an attach has just taken from the free list shows
		 * intable before it has a chan; both are under locks we do not
		 * have together, so only images with a reference are looked at */
		if(!increfnz(&i->r))
			continue;
		lock(&i->lk);
		checkimage(i);
		putimage(i);
	}
}
