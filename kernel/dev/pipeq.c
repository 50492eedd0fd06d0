/*
 * The queues of pipes: pipe.h.
 *
 * A block is a write, or a part of one that is too long for a block. A read takes from one
 * block only. It claims its bytes under the lock and copies them afterwards, so no program's
 * memory is touched with the lock held.
 *
 * Waiters are in lists, first come first served. A process that makes progress possible takes
 * the first waiter off a list, and wakes it after unlocking. A waiter that was taken off but
 * cannot use its turn (a note came) wakes the next.
 */
#include "dev/pipe.h"

#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "proc/proc.h"

struct Block
{
	/* one for the queue, and one for each read that copies from the block */
	Ref r;
	Block *next;
	/* the first byte that no read has claimed */
	usize rp;
	/* the end of the data */
	usize wp;
	char data[];
};

Pipeq *
newpipeq(void)
{
	Pipeq *q;

	q = smalloc(sizeof *q);
	setrank(&q->lk, Rpipeq);
	q->limit = PIPELIMIT;
	return q;
}

static void
putblock(Block *b)
{
	if(decref(&b->r) == 0)
		free(b);
}

static void
dropblocks(Block *b)
{
	Block *next;

	for(; b != nil; b = next) {
		next = b->next;
		putblock(b);
	}
}

void
freepipeq(Pipeq *q)
{
	Waiter *w;

	dropblocks(q->first);
	while((w = q->free) != nil) {
		q->free = w->next;
		free(w);
	}
	free(q);
}

/* --- waiting --- */

/* Take the first waiter off l; the caller wakes it after unlocking. nil if l is empty. Caller
 * holds q->lk. */
static Waiter *
pop(Waitlist *l)
{
	Waiter *w;

	w = l->first;
	if(w == nil)
		return nil;
	l->first = w->next;
	storerelease(&w->ready, 1);
	return w;
}

static void
wakewaiter(Waiter *w)
{
	if(w != nil)
		wakeup(&w->r);
}

static void
push(Waitlist *l, Waiter *w, int first)
{
	w->next = nil;
	if(l->first == nil)
		l->first = l->last = w;
	else if(first) {
		w->next = l->first;
		l->first = w;
	} else {
		l->last->next = w;
		l->last = w;
	}
}

static void
takeout(Waitlist *l, Waiter *w)
{
	Waiter **p, *prev;

	prev = nil;
	for(p = &l->first; *p != w; p = &(*p)->next)
		prev = *p;
	*p = w->next;
	if(l->last == w)
		l->last = prev;
}

/* Take off the writer that could go on; nil if there is none. The writer of a long write comes
 * before others. Caller holds q->lk. */
static Waiter *
popwriter(Pipeq *q, usize limit)
{
	if(q->len >= limit)
		return nil;
	return pop(q->owned ? &q->owner : &q->writers);
}

static Waiter *
popreader(Pipeq *q)
{
	return q->first != nil || q->closed ? pop(&q->readers) : nil;
}

static int
isready(void *a)
{
	Waiter *w = a;

	return loadacquire(&w->ready) != 0;
}

/* Sleep until w is taken off l. No lock held. After an error w is free again. */
static void
sleepin(Pipeq *q, Waitlist *l, Waiter *w)
{
	Waiter *other;

	if(waserror()) {
		other = nil;
		lock(&q->lk);
		if(!isready(w))
			takeout(l, w);
		else if(l == &q->readers)
			other = popreader(q);
		else
			other = popwriter(q, q->limit);
		w->next = q->free;
		q->free = w;
		unlock(&q->lk);
		wakewaiter(other);
		nexterror();
	}
	while(!isready(w))
		sleep(&w->r, isready, w);
	poperror();
}

/*
 * Wait in list l, at its head if `first', until taken off. It may return early, so the caller
 * looks again. Caller holds q->lk, and has it when this returns, but not after an error.
 */
static void
waitin(Pipeq *q, Waitlist *l, int first)
{
	Waiter *w;

	w = q->free;
	if(w == nil) {
		unlock(&q->lk);
		w = smalloc(sizeof *w);
		lock(&q->lk);
	} else {
		q->free = w->next;
		storerelaxed(&w->ready, 0);
		push(l, w, first);
		unlock(&q->lk);
		sleepin(q, l, w);
		lock(&q->lk);
	}
	w->next = q->free;
	q->free = w;
}

/* --- reading --- */

/* Wait for the first block; nil at the end. Caller holds q->lk, and has it when this
 * returns. */
static Block *
firstblock(Pipeq *q)
{
	int again;

	for(again = 0; q->first == nil && !q->closed; again = 1)
		waitin(q, &q->readers, again);
	return q->first;
}

static void
copyqueued(void *buf, Block *b, usize at, long n)
{
	onerror(putblock(b));
	memmove(buf, b->data + at, n);
	poperror();
	putblock(b);
}

long
pipeqread(Pipeq *q, void *buf, long n)
{
	enum
	{
		/* after this many reads at the end a program gets an error, as on 9front */
		MaxEof = 3,
	};
	Waiter *reader, *writer;
	Block *b;
	usize at;
	int ended;

	/* a read of no bytes waits too, and takes a write of no bytes: pipe(3) */
	lock(&q->lk);
	b = firstblock(q);
	if(b == nil) {
		/* every reader sees the end */
		reader = popreader(q);
		ended = ++q->eofs <= MaxEof;
		unlock(&q->lk);
		wakewaiter(reader);
		if(!ended)
			error(Ehungup);
		return 0;
	}
	at = b->rp;
	if((usize)n >= b->wp - at) {
		n = b->wp - at;
		/* this read takes over the queue's reference */
		q->first = b->next;
	} else
		incref(&b->r);
	b->rp += n;
	q->len -= n;
	reader = popreader(q);
	/* wake a writer when the queue is half empty; otherwise a full pipe would cost a switch
	 * for each block */
	writer = popwriter(q, (q->limit + 1) / 2);
	unlock(&q->lk);
	wakewaiter(reader);
	wakewaiter(writer);
	copyqueued(buf, b, at, n);
	return n;
}

/* --- writing --- */

/* Add b. more: further blocks of the same write follow. Caller holds q->lk, which is released. */
static void
appendblock(Pipeq *q, Block *b, int more)
{
	Waiter *reader, *writer;

	if(q->first == nil)
		q->first = b;
	else
		q->last->next = b;
	q->last = b;
	q->len += b->wp;
	q->owned = more;
	reader = popreader(q);
	writer = more ? nil : popwriter(q, q->limit);
	unlock(&q->lk);
	wakewaiter(reader);
	wakewaiter(writer);
}

/* Check that q is not closed. Caller holds q->lk, which is released before an error. */
static void
mayappend(Pipeq *q)
{
	if(!q->closed)
		return;
	unlock(&q->lk);
	error(Ehungup);
}

/*
 * Add b when it is its turn. more: further blocks of the same write follow. cont: blocks of it
 * came before.
 */
static void
addblock(Pipeq *q, Block *b, int cont, int more)
{
	int again;

	lock(&q->lk);
	for(again = 0;; again = 1) {
		mayappend(q);
		if(q->len < q->limit &&
		    (cont || (!q->owned && (again || q->writers.first == nil))))
			break;
		waitin(q, cont ? &q->owner : &q->writers, again);
	}
	appendblock(q, b, more);
}

/* Make a block of n bytes from buf. Errors. */
static Block *
makeblock(const char *buf, long n)
{
	Block *b;

	b = smalloc(sizeof *b + n);
	b->r.ref = 1;
	b->wp = n;
	onerror(free(b));
	memmove(b->data, buf, n);
	poperror();
	return b;
}

static void
writeblock(Pipeq *q, const char *buf, long n, int cont, int more)
{
	Block *b;

	b = makeblock(buf, n);
	onerror(free(b));
	addblock(q, b, cont, more);
	poperror();
}

/* A long write ends early: let other writers write. */
static void
letothers(Pipeq *q)
{
	Waiter *writer;

	lock(&q->lk);
	q->owned = 0;
	writer = popwriter(q, q->limit);
	unlock(&q->lk);
	wakewaiter(writer);
}

/* Write the blocks after the first. */
static void
writerest(Pipeq *q, const char *buf, long n)
{
	long m;

	for(; n > 0; n -= m, buf += m) {
		m = n < PIPEATOMIC ? n : PIPEATOMIC;
		writeblock(q, buf, m, 1, m < n);
	}
}

long
pipeqwrite(Pipeq *q, const void *buf, long n)
{
	if(n <= PIPEATOMIC) {
		writeblock(q, buf, n, 0, 0);
		return n;
	}
	writeblock(q, buf, PIPEATOMIC, 0, 1);
	onerror(letothers(q));
	writerest(q, (const char *)buf + PIPEATOMIC, n - PIPEATOMIC);
	poperror();
	return n;
}

long
pipeqnow(Pipeq *q, const void *buf, long n)
{
	Block *b;

	b = makeblock(buf, n);
	onerror(free(b));
	lock(&q->lk);
	mayappend(q);
	poperror();
	if(q->len >= q->limit || q->owned || q->writers.first != nil) {
		unlock(&q->lk);
		free(b);
		return 0;
	}
	appendblock(q, b, 0);
	return n;
}

/* --- the ends --- */

/* Wake all waiters of a list. Caller does not hold q->lk. */
static void
wakeall(Pipeq *q, Waitlist *l)
{
	Waiter *w;

	do {
		lock(&q->lk);
		w = pop(l);
		unlock(&q->lk);
		wakewaiter(w);
	} while(w != nil);
}

void
pipeqhangup(Pipeq *q)
{
	lock(&q->lk);
	q->closed = 1;
	unlock(&q->lk);
	wakeall(q, &q->readers);
}

void
pipeqclose(Pipeq *q)
{
	Block *b;

	lock(&q->lk);
	q->closed = 1;
	b = q->first;
	q->first = nil;
	q->len = 0;
	unlock(&q->lk);
	dropblocks(b);
	wakeall(q, &q->owner);
	wakeall(q, &q->writers);
}

void
pipeqreopen(Pipeq *q)
{
	lock(&q->lk);
	q->closed = 0;
	q->eofs = 0;
	q->limit = PIPELIMIT;
	unlock(&q->lk);
}

void
pipeqlimit(Pipeq *q, usize limit)
{
	Waiter *writer;

	lock(&q->lk);
	q->limit = limit;
	writer = popwriter(q, limit);
	unlock(&q->lk);
	wakewaiter(writer);
}

usize
pipeqlen(Pipeq *q)
{
	usize n;

	lock(&q->lk);
	n = q->len;
	unlock(&q->lk);
	return n;
}
