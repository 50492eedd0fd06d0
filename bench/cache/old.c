/*
 * The protocol before June 2025.
 *
 * The table's lock is kept while the lock of the Image that was found is asked
 * for: nothing else keeps the Image from being freed meanwhile. So whoever waits
 * for an Image makes everybody wait. A put that gets to zero takes the
 * identity away under the Image's lock, so that nobody finds the Image any
 * more, lets go of it, and then takes the table's.
 *
 * An exec that shares a live text Segment takes no reference of the Image.
 */
#include "older.h"
#include "lib/lib.h"

const char protocol[] = "old";

static Image *
find(Chan *c)
{
	Image *i;

	for(i = *chainof(c->qid.path); i != nil; i = i->hash) {
		if(peek(&i->qid.path) != c->qid.path)
			continue;
		lock(&i->lk);
		if(eqchantdqid(c, i->type, i->dev, i->qid, 0) &&
		    c->qid.type == i->qid.type)
			return i;
		unlock(&i->lk);
	}
	return nil;
}

static void
keep(Image *i)
{
	lock(&i->lk);
}

static const Walk how = {find, keep};

Image *
attachimage(Chan *c, uvlong len)
{
	Image *i;

	i = lookup(c, len, &how);
	adduser(i);
	keepchan(i, c);
	return i;
}

void
putimage(Image *i)
{
	Image **l;
	Chan *c;
	Page **pghash;
	int gone;

	pghash = nil;
	gone = dropuser(i, &c);
	l = chainof(i->qid.path);
	if(gone)
		poke(&i->qid.path, ~0ULL);
	unlock(&i->lk);
	if(gone) {
		lock(&table.lk);
		pghash = tableremove(i, l);
		unlock(&table.lk);
	}
	free(pghash);
	if(c != nil)
		ccloseq(c);
}

Segment *
attachtext(Chan *c, u32int text, u32int data)
{
	Segment *s;
	Image *i;

	i = lookup(c, (uvlong)text + data, &how);
	keepchan(i, c);
	s = sametext(i, text);
	if(s != nil) {
		incref(&s->r);
		unlock(&i->lk);
		return s;
	}
	adduser(i);
	if(waserror()) {
		putimage(i);
		nexterror();
	}
	s = newtext(i, text);
	poperror();
	unlock(&i->lk);
	return s;
}
