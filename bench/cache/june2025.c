/*
 * The protocol of June 2025.
 *
 * An attach takes a reference while it has the table's lock, lets go of that, and
 * only then asks for the Image's. A put that gets to zero takes the table's
 * lock inside the Image's and looks again whether an attach came.
 *
 * The change itself dropped references of Segments without the Image's lock.
 * That could revive a dying text Segment, and was taken back; so here, too, a
 * put takes the lock (older.c).
 */
#include "older.h"
#include "lib/lib.h"

const char protocol[] = "2025";

static Image *
find(Chan *c)
{
	Image *i;

	for(i = *chainof(c->qid.path); i != nil; i = i->hash)
		if(eqchantdqid(c, i->type, i->dev, i->qid, 0) &&
		    c->qid.type == i->qid.type) {
			adduser(i);
			return i;
		}
	return nil;
}

static const Walk how = {find, adduser};

Image *
attachimage(Chan *c, uvlong len)
{
	Image *i;

	i = lookup(c, len, &how);
	lock(&i->lk);
	keepchan(i, c);
	return i;
}

void
putimage(Image *i)
{
	Chan *c;
	Page **pghash;

	pghash = nil;
	if(dropuser(i, &c)) {
		lock(&table.lk);
		if(refsof(i) == 0)
			pghash = tableremove(i, chainof(i->qid.path));
		unlock(&table.lk);
	}
	unlock(&i->lk);
	free(pghash);
	if(c != nil)
		ccloseq(c);
}

Segment *
attachtext(Chan *c, u32int text, u32int data)
{
	Segment *s;
	Image *i;

	i = attachimage(c, (uvlong)text + data);
	s = sametext(i, text);
	if(s != nil) {
		incref(&s->r);
		putimage(i);
		return s;
	}
	if(waserror()) {
		putimage(i);
		nexterror();
	}
	s = newtext(i, text);
	poperror();
	unlock(&i->lk);
	return s;
}
