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
	Result r;
};

static void
attacher(void *arg)
{
	Worker *w;
	uvlong t;
	u32int k, now, before;

	w = arg;
	ownprocessor(w->n);
	exactsleeps();
	for(before = Warm; (now = peek(&phase)) != Stop; before = now) {
		if(now != before)
			counts = (Counts){0};
		k = random32() % the->programs;
		t = monons();
		attachput(&progs[k], w->c[k], the->exec);
		t = monons() - t;
		if(now == Measure)
			histadd(&w->r.hist[k == 0 ? Same : Other], t);
		if(the->thinkns != 0)
			think(the->thinkns);
	}
	w->r.counts = counts;
}

static void
holder(void *arg)
{
	Image *i;

	USED(arg);
	exactsleeps();
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
	for(k = 0; peek(&phase) != Stop;) {
		imagereclaim(Reclaimpages);
		got = 0;
		for(n = 0; n < the->programs && got < Reclaimpages; n++) {
			got += fillprog(&progs[k], Progpages);
			k = (k + 1) % the->programs;
		}
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
