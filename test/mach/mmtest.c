/*
 * What only tests do with the image cache: mmtest.h.
 */
#include "u.h"
#include "mmtest.h"

Page *
lookpage(Image *i, uvlong off, u32int valid)
{
	Page *p;

	lock(&i->lk);
	p = pagefind(i, off, valid);
	if(p != nil)
		incref(&p->r);
	unlock(&i->lk);
	return p;
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
