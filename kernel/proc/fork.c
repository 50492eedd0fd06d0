/*
 * rfork(2).
 */
#include "u.h"
#include "aout.h"
#include "tos.h"
#include "proc/proc.h"
#include "proc/step.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"

/* The letters of the devices that RFNOMNT leaves usable. */
static const char Nomntdevs[] = "|decp";

#define TOS (USTKTOP - sizeof(Tos))

/* Flags that exclude each other. */
static void
checkflags(u32int flag)
{
	if((flag & (RFFDG | RFCFDG)) == (RFFDG | RFCFDG) ||
	    (flag & (RFNAMEG | RFCNAMEG)) == (RFNAMEG | RFCNAMEG) ||
	    (flag & (RFENVG | RFCENVG)) == (RFENVG | RFCENVG))
		error(Ebadarg);
	if((flag & RFPROC) == 0 && (flag & (RFMEM | RFNOWAIT)) != 0)
		error(Ebadarg);
}

static Fgrp *
forkfds(u32int flag)
{
	if(flag & RFFDG)
		return dupfgrp(up->fgrp);
	if(flag & RFCFDG)
		return dupfgrp(nil);
	return nil;
}

static Pgrp *
forkns(u32int flag)
{
	Pgrp *pg;

	if((flag & (RFNAMEG | RFCNAMEG)) == 0)
		return nil;
	if(flag & RFNAMEG) {
		pg = newpgrp();
		onerror(closepgrp(pg));
		pgrpcpy(pg, up->pgrp);
		poperror();
	} else
		pg = cleanpgrp();
	pg->denied = loadrelaxed(&up->pgrp->denied);
	return pg;
}

static Egrp *
forkenv(u32int flag)
{
	if(flag & RFENVG)
		return dupegrp(up->egrp);
	if(flag & RFCENVG)
		return newegrp();
	return nil;
}

/* Give p its groups: new ones as flag says, else up's, shared. After an error, the groups that
 * p has are closed with p. */
static void
groups(Proc *p, u32int flag)
{
	Rgrp *rg;

	p->fgrp = forkfds(flag);
	p->pgrp = forkns(flag);
	p->egrp = forkenv(flag);
	rg = (flag & RFREND) ? newrgrp() : nil;
	if(p->fgrp == nil) {
		p->fgrp = up->fgrp;
		incref(&p->fgrp->r);
	}
	if(p->pgrp == nil) {
		p->pgrp = up->pgrp;
		incref(&p->pgrp->r);
	}
	if(p->egrp == nil) {
		p->egrp = up->egrp;
		egrpref(p->egrp);
	}
	if(rg == nil) {
		rg = up->rgrp;
		incref(&rg->r);
	}
	storerelaxed(&p->rgrp, rg);
	if(flag & RFNOMNT)
		denyallbut(p->pgrp, Nomntdevs);
}

/* rfork without RFPROC: change up's own groups, all or none. */
static void
selffork(u32int flag)
{
	Fgrp *volatile fg;
	Pgrp *volatile pg;
	Egrp *volatile eg;
	Egrp *oeg;
	Fgrp *ofg;
	Pgrp *opg;
	Rgrp *rg;

	fg = nil;
	pg = nil;
	eg = nil;
	if(waserror()) {
		if(fg != nil)
			closefgrp(fg);
		if(pg != nil)
			closepgrp(pg);
		if(eg != nil)
			closeegrp(eg);
		nexterror();
	}
	fg = forkfds(flag);
	pg = forkns(flag);
	eg = forkenv(flag);
	rg = (flag & RFREND) ? newrgrp() : nil;
	poperror();

	ofg = nil;
	opg = nil;
	oeg = nil;
	qlock(&up->namelock);
	if(fg != nil) {
		ofg = up->fgrp;
		up->fgrp = fg;
	}
	if(pg != nil) {
		opg = up->pgrp;
		up->pgrp = pg;
	}
	if(eg != nil) {
		oeg = up->egrp;
		up->egrp = eg;
	}
	qunlock(&up->namelock);
	if(flag & RFNOMNT)
		denyallbut(up->pgrp, Nomntdevs);
	if(ofg != nil)
		closefgrp(ofg);
	if(opg != nil)
		closepgrp(opg);
	if(oeg != nil)
		closeegrp(oeg);
	if(rg != nil) {
		closergrp(up->rgrp);
		storerelaxed(&up->rgrp, rg);
	}
	if(flag & RFNOTEG)
		storerelaxed(&up->noteid, newid());
}

/* Free everything of a process that never ran. */
static void
abandon(Proc *p)
{
	Segment *s[NSEG];
	int i;

	/* p is in the table: from here on no other process may look at it */
	qlock(&p->seglock);
	astore(&p->state, Moribund);
	for(i = 0; i < NSEG; i++) {
		s[i] = p->seg[i];
		storerelaxed(&p->seg[i], nil);
	}
	qunlock(&p->seglock);
	for(i = 0; i < NSEG; i++)
		putseg(s[i]);
	closegroups(p);
	freeproc(p);
}

static void
forkmemory(Proc *p, u32int flag, Forkhold *l)
{
	Segment *s;
	int i;

	qlock(&up->seglock);
	onerror(qunlock(&up->seglock));
	for(i = 0; i < NSEG; i++) {
		s = dupseg(up, i, flag & RFMEM, l);
		/* debuggers can see p already */
		qlock(&p->seglock);
		astore(&p->seg[i], s);
		qunlock(&p->seglock);
	}
	poperror();
	qunlock(&up->seglock);
}

/* Where a new process begins. It enters user mode with the registers that its parent had in
 * rfork. */
void
forkret(void)
{
	uvlong t[2];

	step("rfork: hand-over to the child");
	hosttimeslately(&t[0], &t[1]);
	up->basens[0] = t[0];
	up->basens[1] = t[1];
	up->nerrlab = 0;
	prefault(TOS, 1);
	if(!threadpremap())
		copypremap();
	mmusettle();
	if(!waserror()) {
		if(okaddr(TOS, sizeof(Tos), 1))
			((Tos *)userptr(TOS))->pid = up->pid;
		poperror();
	}
	step("rfork: the child's first pages");
	touser(&up->start);
}

static void
inherit(Proc *p, u32int flag)
{
	p->user = kstrcpy(up->user);
	p->text = kstrcpy(up->text);
	/* p has no args, because exec did not make it: proc(3) */
	storerelaxed(&p->noteid, (flag & RFNOTEG) ? p->pid : up->noteid);
	p->notify = up->notify;
	p->ureg = up->ureg;
	/* a child of a parent in its note handler is not in one: notify(2) */
	p->hang = up->hang;
	p->basepri = up->basepri;
	p->fixedpri = up->fixedpri;
	p->wired = up->wired;
	p->procmode = up->procmode;
	/* with Tstop, ratrace(1) finds the child at its first call */
	p->calltrace |= up->calltrace & (Tcycles | Tstop);
	p->privatemem = up->privatemem;
	p->noswap = up->noswap;
	/* allocated now, because there may be no memory when it ends */
	if((flag & RFNOWAIT) == 0)
		p->epitaph = smalloc(sizeof *p->epitaph);
	p->slash = up->slash;
	incref(&p->slash->r);
	p->dot = up->dot;
	incref(&p->dot->r);
}

/* Make up p's parent. With RFNOWAIT p knows it by pid only, and tells it nothing when it ends. */
static void
adopt(Proc *p, u32int flag)
{
	p->parentpid = up->pid;
	if(flag & RFNOWAIT) {
		p->nochild = 1;
		return;
	}
	p->parent = up;
	lock(&up->exl);
	up->nchild++;
	unlock(&up->exl);
}

static void
uncountchild(Proc *p)
{
	if(p->nochild)
		return;
	lock(&up->exl);
	up->nchild--;
	unlock(&up->exl);
}

/* An address that stands for up's program (procreserve); nil if there is none. */
static const void *
program(void)
{
	Segment *t;

	/* a debugger may replace the text; then it is another program */
	t = aload(&up->seg[TSEG]);
	return t != nil ? segimage(t) : nil;
}

uintptr
sysrfork(uintptr *args)
{
	u32int flag, pid;
	Forkhold hold = {0};
	Proc *p;

	flag = ARGULONG(args[0]);
	checkflags(flag);
	if((flag & RFPROC) == 0) {
		selffork(flag);
		return 0;
	}
	step("the parent runs, and calls rfork");
	p = newproc();
	procreserve(p, program(), (flag & RFMEM) != 0);
	if(waserror()) {
		procunreserve(p);
		abandon(p);
		holdend(&hold);
		nexterror();
	}
	inherit(p, flag);
	groups(p, flag);
	step("rfork: process, groups");
	forkmemory(p, flag, &hold);
	step("rfork: memory");
	p->start = *up->dbgreg;
	p->start.ax = 0;
	forkregs(p, up->dbgreg);
	adopt(p, flag);
	pid = p->pid;
	onerror(uncountchild(p));
	astore(&p->state, Running);
	steponward(p);
	procrun(p, forkret);
	step("rfork: a host process is told");
	poperror();
	poperror();
	holdend(&hold);
	return pid;
}
