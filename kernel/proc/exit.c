/*
 * Exits: exits(2). await.c waits for them.
 *
 * A parent is found by pointer and pid: its Proc may have become another process's. The
 * parent's exl is a leaf.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/step.h"
#include "proc/sys.h"
#include "proc/traceevent.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "sync/lockorder.h"
#include "ns/ns.h"

Proc *initproc;
int endstatus;
int endstats;

void
closegroups(Proc *p)
{
	Fgrp *fg;
	Pgrp *pg;
	Egrp *eg;
	Rgrp *rg;
	Chan *slash, *dot;

	qlock(&p->namelock);
	fg = p->fgrp;
	pg = p->pgrp;
	eg = p->egrp;
	rg = p->rgrp;
	slash = p->slash;
	dot = p->dot;
	p->fgrp = nil;
	p->egrp = nil;
	storerelaxed(&p->rgrp, nil);
	p->slash = nil;
	p->dot = nil;
	qunlock(&p->namelock);
	if(fg != nil)
		closefgrp(fg);
	if(eg != nil)
		closeegrp(eg);
	if(rg != nil)
		closergrp(rg);
	if(dot != nil)
		cclose(dot);
	if(slash != nil)
		cclose(slash);
	/* last, because closing a Chan may look at names */
	qlock(&p->namelock);
	p->pgrp = nil;
	qunlock(&p->namelock);
	if(pg != nil)
		closepgrp(pg);
}

/* Put up's Segments. The host process keeps its mappings, which become stale. */
static void
freesegs(void)
{
	Segment *s[NSEG];
	int i;

	sampleuse();
	for(i = 0; i < NSEG; i++)
		s[i] = takeseg(i, nil);
	mmunew();
	for(i = 0; i < NSEG; i++)
		putseg(s[i]);
}

/* Fill up's wait record. t[] is user, system and real time. */
static void
epitaph(Waitq *w, const char *status, const uvlong *t)
{
	char text[ERRMAX];

	memset(w, 0, sizeof *w);
	w->pid = up->pid;
	w->time[0] = (t[0] + up->childns[0]) / 1000000;
	w->time[1] = (t[1] + up->childns[1]) / 1000000;
	w->time[2] = t[2] / 1000000;
	utfclean(text, text + sizeof text, status);
	if(*status != 0)
		snprint(w->msg, sizeof w->msg, "%s %d: %s", up->text, up->pid,
		    text);
}

/* Add ns to time i of p's children. Caller holds p's exl. */
static void
addchild(Proc *p, int i, uvlong ns)
{
	storerelaxed(&p->childns[i], p->childns[i] + ns + up->childns[i]);
}

/* Give the parent up's wait record. Returns the Rendez where the parent may sleep in await; nil
 * if there is no parent. */
static Rendez *
tellparent(const char *status)
{
	uvlong t[3];
	Proc *p;
	Waitq *w;

	p = up->parent;
	if(up->nochild || p == nil)
		return nil;
	proctimes(up, t);
	t[2] = monons() - up->started;
	w = up->epitaph;
	up->epitaph = nil;
	epitaph(w, status, t);
	lock(&p->exl);
	if(loadrelaxed(&p->pid) == up->parentpid &&
	    loadrelaxed(&p->state) != Moribund) {
		p->nchild--;
		addchild(p, 0, t[0]);
		addchild(p, 1, t[1]);
		addchild(p, 2, t[2]);
		if(p->nwait < NWAITQ) {
			/* await returns the last record first */
			w->next = p->waitq;
			storerelaxed(&p->waitq, w);
			p->nwait++;
			w = nil;
		}
	}
	unlock(&p->exl);
	free(w);
	step("exits: the wait message");
	steponward(p);
	return &p->waitr;
}

static void
nomorechildren(void)
{
	Waitq *w, *next;

	lock(&up->exl);
	storerelaxed(&up->state, Moribund);
	w = up->waitq;
	storerelaxed(&up->waitq, nil);
	up->nwait = 0;
	unlock(&up->exl);
	for(; w != nil; w = next) {
		next = w->next;
		free(w);
	}
	/* wakes a reader of /proc/n/wait, which waits for nothing now */
	wakeup(&up->waitr);
}

/* The host's exit status for the first process's exit string: run9(1). */
static int
hostexitstatus(const char *status)
{
	char *e;
	uvlong v;

	if(status == nil || *status == 0)
		return 0;
	v = strtoull(status, &e, 10);
	if(*e == 0 && *status >= '1' && *status <= '9' && v <= 255)
		return v;
	if(strcmp(status, "interrupt") == 0 && hostinterrupted())
		return HostInterrupted;
	return 1;
}

static _Noret void
lastwords(const char *status)
{
	static char buf[4096];
	Lockstat *l;
	Step *s;
	u32int n;
	int r;

	r = hostexitstatus(status);
	if(r == 1 && strcmp(status, "1") != 0)
		kprint("run9: %s: %s\n", up->text, status);
	if(endstats) {
		imagestatstext(buf, buf + sizeof buf);
		kprint("%s", buf);
		for(n = 0; (l = lockstat(n)) != nil; n++)
			kprint(
			    "lock %#llux taken %llud contended %llud waitns %llud holdns %llud\n",
			    (uvlong)l->pc, l->taken, l->contended, l->waitns,
			    l->holdns);
		for(n = 0; (s = stepat(n)) != nil; n++)
			kprint("step %llud %llud %s\n", s->n, s->ns, s->name);
		orderpairs();
	}
	hostexit(endstatus != 0 ? endstatus : r);
}

void
pexit(const char *s, int freemem)
{
	char status[ERRMAX];
	Rendez *parent;

	nolocks("exit");
	strecpy(status, status + sizeof status, s != nil ? s : "");
	up->nerrlab = 0;
	if(waserror())
		panic("error in exit: %s", up->errstr);
	storerelaxed(&up->alarm, 0);
	qlock(&up->notelock);
	storerelaxed(&up->nnote, 0);
	storerelaxed(&up->notepending, 0);
	/* from here on no note interrupts up */
	up->exiting = 1;
	storerelaxed(&up->procctl, Proc_none);
	qunlock(&up->notelock);

	traceevent(up, TRdead);
	closegroups(up);
	step("exits: descriptors, name space, groups");
	if(up == initproc)
		lastwords(status);
	if(!freemem) {
		parent = tellparent(status);
		if(parent != nil)
			wakeup(parent);
		up->nochild = 1;
		breakdown();
	}
	nomorechildren();
	/* first of all, because the parent's next child may get this host process, with its
	 * mappings */
	freesegs();
	step("exits: memory");
	parent = tellparent(status);
	wakedebugger(up);
	poperror();
	procend(freeproc, parent);
}

uintptr
sysexits(uintptr *args)
{
	char buf[ERRMAX];

	step("the new program runs, and calls exits");
	buf[0] = 0;
	if(args[0] != 0) {
		if(waserror()) {
			postcallnote(up->dbgreg->pc);
			strecpy(buf, buf + sizeof buf, "invalid exit string");
		} else {
			userstrcut(buf, args[0], sizeof buf);
			poperror();
		}
	}
	pexit(buf, 1);
}
