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

	memset(st, 0, sizeof *st);
	/* nothing but uvlongs */
	from = (uvlong *)&imagestat;
	to = (uvlong *)st;
	for(k = 0; k < sizeof(Imagestats) / sizeof(uvlong); k++)
		to[k] = look(&from[k]);
	/* an attach without lock counts once only */
	st->attaches += st->lockfree;
	st->hits += st->lockfree;
	st->texthits += st->lockfree;
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

/* i is locked. */
static void
checkimage(Image *i)
{
	Page *p;
	u32int k;
	u32int n;

	n = 0;
	for(k = 0; k < i->npghash; k++)
		for(p = i->pghash[k]; p != nil; p = p->next) {
			assert(p->image == i && getref(&p->r) > 0);
			assert(pagefind(i, p->daddr, p->valid) == p);
			n++;
		}
	assert(n == imagepages(i));
	if(i->s != nil)
		assert(i->c != nil && i->s->image == i);
	if(!i->intable)
		assert(
		    imageusers(i) == 0 && n == 0 && i->c == nil && i->s == nil);
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
		if(!imageref(i))
			continue;
		lock(&i->lk);
		checkimage(i);
		putimage(i);
	}
}
