/*
 * The ring of a text: ring.h.
 */
#include "u.h"
#include "portdat.h"
#include "sync/ring.h"
#include "host/host.h"
#include "lib/lib.h"

enum
{
	/* the most bytes of one read */
	Piece = 1024,
};

void
ringadd(Ring *r, const char *s, usize n)
{
	usize i;

	lock(&r->lk);
	for(i = 0; i < n; i++)
		r->buf[r->n++ % r->size] = s[i];
	unlock(&r->lk);
	wakeup(&r->more);
}

void
ringskip(Ring *r)
{
	lock(&r->lk);
	r->next = r->n;
	unlock(&r->lk);
}

long
ringcopy(Ring *r, uvlong *from, char *buf, long n)
{
	long i;

	lock(&r->lk);
	if(r->n - *from > r->size)
		*from = r->n - r->size;
	for(i = 0; i < n && *from < r->n; i++)
		buf[i] = r->buf[(*from)++ % r->size];
	unlock(&r->lk);
	return i;
}

static int
ismore(void *arg)
{
	Ring *r;
	int more;

	r = arg;
	lock(&r->lk);
	more = r->n > r->next;
	unlock(&r->lk);
	return more;
}

long
ringread(Ring *r, char *buf, long n)
{
	char piece[Piece];

	qlock(&r->reading);
	onerror(qunlock(&r->reading));
	while(!ismore(r))
		sleep(&r->more, ismore, r);
	n = ringcopy(r, &r->next, piece, n < Piece ? n : Piece);
	poperror();
	qunlock(&r->reading);
	memmove(buf, piece, (usize)n);
	return n;
}
