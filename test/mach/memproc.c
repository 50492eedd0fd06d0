/*
 * Kernel code as a test of memory: memproc.h.
 */
#include <stdlib.h>
#include "priv.h"
#include "kern.h"
#include "memproc.h"
#include "tagfile.h"
#include "proc/sys.h"
#include "dev/dev.h"
#include "lib/lib.h"

#undef free
extern void free(void *);

typedef struct Body Body;
struct Body
{
	void (*f)(void *);
	void *arg;
	/* futex */
	u32int ended;
};

Proc *
makeproc(void)
{
	Proc *p;

	p = bodyproc("test", "eve");
	p->karg = calloc(1, sizeof(Body));
	return p;
}

/* The Proc stays up's last one until waitproc. */
static void
ended(Proc *p)
{
	Body *b;

	b = p->karg;
	astore(&b->ended, 1);
	hostwake(&b->ended, 1);
}

static void
work(void)
{
	Body *b;
	int n;

	b = up->karg;
	inkernel(0);
	runbody(b->f, b->arg);
	for(n = 0; n < NSEG; n++)
		must(up->seg[n] == nil);
	qlock(&up->notelock);
	up->exiting = 1;
	qunlock(&up->notelock);
	procend(ended, nil);
}

void
givemem(Proc *p, int share, Forkhold *l)
{
	Segment *s;
	int n;

	for(n = 0; n < NSEG; n++) {
		qlock(&up->seglock);
		s = dupseg(up, n, share, l);
		qunlock(&up->seglock);
		qlock(&p->seglock);
		storerelease(&p->seg[n], s);
		qunlock(&p->seglock);
	}
}

void
startproc(Proc *p, void (*f)(void *), void *arg)
{
	Body *b;

	b = p->karg;
	b->f = f;
	b->arg = arg;
	procmust(p, work);
}

Proc *
runproc(void (*f)(void *), void *arg)
{
	Proc *p;

	p = makeproc();
	startproc(p, f, arg);
	return p;
}

void
awaitend(Proc *p)
{
	Body *b;

	b = p->karg;
	while(!aload(&b->ended))
		hostwait(&b->ended, 0, -1);
}

void
waitproc(Proc *p)
{
	awaitend(p);
	free(p->karg);
	freeproc(p);
}

int
fails(void (*f)(void *), void *arg)
{
	if(waserror())
		return 1;
	f(arg);
	poperror();
	return 0;
}

/* --- user memory --- */

int
waskilled(void)
{
	return loadrelaxed(&up->procctl) == Proc_exitbig;
}

static int
touch(uintptr va, int write, uvlong *v)
{
	int r;

	for(;;) {
		if(waskilled())
			return Killed;
		if(access(va, write, v))
			return Fok;
		inkernel(1);
		r = fault(va, write);
		inkernel(0);
		if(r == Fok)
			continue;
		/* nothing here delivers the note that interrupted up */
		if(r == Fintr)
			takenotes();
		return waskilled() ? Killed : r;
	}
}

int
uread(uintptr va, uvlong *v)
{
	return touch(va, 0, v);
}

int
uwrite(uintptr va, uvlong v)
{
	return touch(va, 1, &v);
}

uvlong
mustread(uintptr va)
{
	uvlong v;
	int r;

	r = uread(va, &v);
	if(r != Fok)
		panic("load of %#llux: %d %s", (uvlong)va, r, up->errstr);
	return v;
}

void
mustwrite(uintptr va, uvlong v)
{
	int r;

	r = uwrite(va, v);
	if(r != Fok)
		panic("store to %#llux: %d %s", (uvlong)va, r, up->errstr);
}

/* --- start and end --- */

void
machself(u32int nframes, u32int nimages)
{
	Proc *p;

	machinit(nframes, nimages);
	p = makeproc();
	initproc = p;
	slotself(p);
	inkernel(0);
	devinit();
	nsinit();
	imageclose = cclose;
}

void
mustbefree(void)
{
	leavemem();
	mustbeidle();
	must(opentags() == 0);
	/* of all that ever slept */
	must(nrunning == 0);
}
