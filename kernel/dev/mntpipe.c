/*
 * Reading and writing files that the mount cache may keep.
 *
 * Such a file is a file, not a device: to read it changes nothing. So a long read or write is
 * several requests at once, and a file that is read in sequence is read ahead. The first request
 * goes alone, because most files are short, and each answer that is whole lets one more follow.
 */
#include "dev/mnt.h"
#include "host/host.h"
#include "lib/lib.h"
#include "lib/switches.h"
#include "mm/mm.h"
#include "proc/proc.h"

enum
{
	/* requests at once */
	NWINDOW = 8,
	/* reads in sequence before one is longer than it need be */
	SEQUENCE = 2,
	/* that much longer at first, and at last */
	AHEADMIN = 32 * KiB,
	AHEADMAX = 256 * KiB,
	/* free frames for each page ahead */
	PLENTY = 4,
};

typedef struct Piece Piece;
typedef struct Window Window;

/* A request under way */
struct Piece
{
	Rpc *r;
	u32int n;
	/* the mount cache's: cachegen */
	u32int gen;
	vlong off;
};

/* A call. In memory throughout: errors jump over it. */
struct Window
{
	Chan *c;
	Cachefile *f;
	Mnt *m;
	/* the program's memory: one is nil */
	uchar *in;
	const uchar *out;
	/* bytes that the program wants, and that are asked for */
	long n;
	long ask;
	vlong off;
	/* bytes that were there, and that were asked for so far */
	long done;
	long sent;
	/* of a write: cachewriting */
	u32int gen;
	/* most requests at once */
	u32int max;
	/* those that are under way: the oldest, how many */
	u32int first;
	u32int under;
	Piece piece[NWINDOW];
};

/* --- one request --- */

static void
sendpiece(Window *w, u32int n)
{
	Piece *p;
	Rpc *r;

	r = iorpc(w->c, w->in != nil ? Tread : Twrite,
	    w->out != nil ? w->out + w->sent : nil, n, w->off + w->sent);
	onerror(rpcput(w->m, r));
	p = &w->piece[(w->first + w->under) % NWINDOW];
	p->r = r;
	p->n = n;
	p->off = w->off + w->sent;
	p->gen = w->in != nil ? cachegen(w->f) : w->gen;
	rpcsend(w->m, r);
	poperror();
	w->under++;
	w->sent += n;
}

/* The oldest request is over. */
static void
endpiece(Window *w)
{
	Piece *p;
	int owed;

	p = &w->piece[w->first % NWINDOW];
	w->first++;
	w->under--;
	owed = !rpcleave(w->m, p->r, 0);
	if(owed && w->out != nil)
		cachechange(w->f, p->gen, nil, p->n, p->off, -1);
}

/* Bytes that were read: to the cache, and what the program wants to its memory. */
static void
takeread(Window *w, Piece *p, u32int got)
{
	uchar *data;
	u32int k;

	data = p->r->body + BIT32SZ;
	cachefill(w->f, p->gen, data, got, p->off);
	k = w->n - w->done < got ? w->n - w->done : got;
	memmove(w->in + w->done, data, k);
	w->done += k;
}

/* Bytes that were written. Those of an append-only file are at its end, wherever that is. */
static void
takewritten(Window *w, Piece *p, u32int got)
{
	cachechange(w->f, p->gen, p->r->msg + MSGHDR + IOHDR,
	    w->c->qid.type & QTAPPEND ? 0 : got, p->off, 1);
	w->done += got;
}

/* A write was refused, if the answer says so. */
static void
piecefailed(Window *w, Piece *p)
{
	if(w->out != nil)
		cachechange(
		    w->f, p->gen, nil, p->n, p->off, p->r->limbo ? -1 : 0);
	endpiece(w);
}

/* Wait for the oldest request: was it carried out whole? */
static int
takepiece(Window *w)
{
	Piece *p;
	u32int got;

	p = &w->piece[w->first % NWINDOW];
	onerror(piecefailed(w, p));
	rpcanswer(w->m, p->r);
	got = iocount(p->r, p->n);
	if(w->in != nil)
		takeread(w, p, got);
	else
		takewritten(w, p, got);
	poperror();
	got = got == p->n;
	endpiece(w);
	return got;
}

/* --- a call --- */

static void
endwindow(Window *w)
{
	while(w->under > 0)
		endpiece(w);
	if(w->out != nil)
		cachewritten(w->f);
}

static void
sendsome(Window *w)
{
	u32int k, most;

	most = pieceof(w->c);
	while(w->sent < w->ask && w->under < w->max) {
		k = w->ask - w->sent < most ? w->ask - w->sent : most;
		sendpiece(w, k);
	}
}

static void
runwindow(Window *w)
{
	do {
		sendsome(w);
		if(w->under == 0 || !takepiece(w))
			break;
		/* what is under way counts, and nothing follows it */
		if(notewaits())
			w->ask = w->sent;
		if(w->max < NWINDOW && !isoff(Swmountpipe))
			w->max++;
	} while(w->sent < w->ask || w->under > 0);
}

/* What was done before an error counts, and the next call will have the error. */
static long
trywindow(Window *w)
{
	if(w->out != nil)
		w->gen = cachewriting(w->f);
	if(waserror()) {
		endwindow(w);
		if(w->done == 0)
			nexterror();
		return w->done;
	}
	runwindow(w);
	poperror();
	endwindow(w);
	return w->done;
}

/* The same, when there is something to return: an error is for the next call. */
static long
tryrest(Window *w)
{
	long got;

	if(waserror())
		return 0;
	got = trywindow(w);
	poperror();
	return got;
}

/* How much to ask for when n bytes are wanted, the seq'th time in sequence. */
static long
ahead(long n, u32int seq)
{
	long ask;

	if(isoff(Swmountahead) || seq < SEQUENCE)
		return n;
	seq -= SEQUENCE;
	ask = seq < 3 ? AHEADMIN << seq : AHEADMAX;
	if(freeframes() < PLENTY * AHEADMAX / BY2PG)
		return n;
	return ask > n ? ask : n;
}

long
pipedio(Chan *c, Cachefile *f, uchar *in, const uchar *out, long n, vlong off)
{
	Window w;
	u32int seq;
	long got;

	got = 0;
	seq = 0;
	if(in != nil) {
		got = cacheread(f, in, n, off);
		seq = cachesequence(f, off, off + n);
		if(got == n)
			return n;
	}
	memset(&w, 0, sizeof w);
	w.c = c;
	w.f = f;
	w.m = mntof(c);
	w.in = in != nil ? in + got : nil;
	w.out = out;
	w.n = n - got;
	w.ask = in != nil ? ahead(w.n, seq) : w.n;
	w.off = off + got;
	w.max = seq >= SEQUENCE && !isoff(Swmountpipe) ? NWINDOW : 1;
	return got > 0 ? got + tryrest(&w) : trywindow(&w);
}
