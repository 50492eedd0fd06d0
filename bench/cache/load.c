/*
 * The load that is measured: threads that attach programs chosen at random, and
 * beside them one that holds an Image's lock, one that reclaims.
 */
#undef malloc
#undef free
#undef realloc
#include <stdlib.h>
#include "load.h"

enum
{
	Progpages = 16,
	Reclaimpages = 64, /* reclaimed and read again at a time */
	Restns = 200 * 1000, /* between */
	Warmns = 20 * 1000 * 1000,
};

/* What the threads are to do, in this order. */
enum
{
	Warm,
	Measure,
	Stop,
};

static const Load *the;
static Prog *progs;
static u32int phase; /* atomic */

typedef struct Worker Worker;
struct Worker
{
	Proc *p;
	u32int n;
	Chan **c; /* each program's */
	uvlong thinkns; /* it was pausing, */
	uvlong nthink; /* so often */
	Result r;
};

static void
prepare(void)
{
	exactsleeps();
	if(the->thinkns != 0)
		realtime();
}

/*
 * An attach of program k took ns. One that waited stands for those of its class that
 * would have come meanwhile, one each interval: else the longer a lock is
 * held, the fewer attaches are seen to wait for it.
 */
static void
note(Worker *w, u32int k, uvlong ns)
{
	uvlong every;
	u32int n;

	n = the->programs;
	every = w->nthink != 0 ? w->thinkns / w->nthink : 0;
	if(k == 0)
		histspread(&w->r.hist[Same], ns, every * n);
	else
		histspread(&w->r.hist[Other], ns, every * n / (n - 1));
}

/* Time passes until the next attach. */
static void
pause(Worker *w)
{
	uvlong t;

	t = monons();
	think(the->thinkns);
	w->thinkns += monons() - t;
	w->nthink++;
}

static void
attacher(void *arg)
{
	Worker *w;
	uvlong t, used;
	u32int k, now, before;

	w = arg;
	ownprocessor(w->n);
	prepare();
	used = 0;
	for(before = Warm; (now = peek(&phase)) != Stop; before = now) {
		if(now != before) {
			counts = (Counts){0};
			used = processorns();
		}
		k = random32() % the->programs;
		t = monons();
		attachput(&progs[k], w->c[k], the->exec);
		t = monons() - t;
		if(now == Measure) {
			note(w, k, t);
			w->r.attaches++;
		}
		if(the->thinkns != 0)
			pause(w);
	}
	if(before != Measure)
		return; /* it never ran while that was on */
	w->r.counts = counts;
	w->r.processorns = processorns() - used;
}

static void
holder(void *arg)
{
	Image *i;

	USED(arg);
	prepare();
	i = attachimage(progs[0].c, progs[0].text + progs[0].data);
	unlock(&i->lk);
	while(peek(&phase) != Stop) {
		lock(&i->lk);
		think(the->holdns);
		unlock(&i->lk);
		think(the->holdns);
	}
	lock(&i->lk);
	putimage(i);
}

static void
reclaimer(void *arg)
{
	u32int k, n, got;

	USED(arg);
	prepare();
	for(k = 0; peek(&phase) != Stop;) {
		imagereclaim(Reclaimpages);
		got = 0;
		for(n = 0; n < the->programs && got < Reclaimpages; n++) {
			got += fillprog(&progs[k], Progpages);
			k = (k + 1) % the->programs;
		}
		think(Restns);
	}
}

static void
enter(Worker *w, u32int n)
{
	u32int k;

	w->n = n;
	w->c = calloc(the->programs, sizeof(Chan *));
	must(w->c != nil);
	for(k = 0; k < the->programs; k++)
		w->c[k] = openfile(progs[k].file);
	w->p = spawn(attacher, w);
}

static void
leave(Worker *w, Result *r)
{
	u32int k;

	for(k = 0; k < NCLASS; k++)
		histsum(&r->hist[k], &w->r.hist[k]);
	r->attaches += w->r.attaches;
	r->processorns += w->r.processorns;
	countsum(&r->counts, &w->r.counts);
	for(k = 0; k < the->programs; k++)
		ccloseq(w->c[k]);
	free(w->c);
}

/* Not think: it has to be so long. */
static void
waitns(uvlong ns)
{
	tsleep(&up->sleeprend, return0, nil, ns / 1000000);
}

void
load(const Load *l, Result *r)
{
	Worker *w;
	Proc *hold, *reclaim;
	uvlong t;
	u32int k, frames;

	the = l;
	frames = (l->programs + 1) * Progpages + 4096;
	machinit(frames, l->programs + 64);
	countinit(l->programs + 64);
	progs = newprogs(l->programs, Progpages, l->running);
	w = calloc(l->threads, sizeof *w);
	must(w != nil);
	for(k = 0; k < l->threads; k++)
		enter(&w[k], k);
	hold = l->holdns != 0 ? spawn(holder, nil) : nil;
	reclaim = l->reclaim ? spawn(reclaimer, nil) : nil;
	waitns(Warmns);
	t = monons();
	poke(&phase, Measure);
	waitns(l->runns);
	poke(&phase, Stop);
	r->ns = monons() - t;
	for(k = 0; k < l->threads; k++) {
		join(w[k].p);
		leave(&w[k], r);
	}
	if(hold != nil)
		join(hold);
	if(reclaim != nil)
		join(reclaim);
	free(w);
	freeprogs(progs, l->programs);
	mustbefree();
}
