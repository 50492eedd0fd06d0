/*
 * Kernel code as a test: kern.h.
 */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "priv.h"
#include "kern.h"
#include "lib/lib.h"
#include "ns/nsdat.h"
#include "proc/sys.h"

#undef free
extern void free(void *);

enum
{
	Nframes = 16384,
	Nimages = 64,
	Tick = 100000, /* ns between looks at a process that is to end */
};

struct Worker
{
	Proc *p;
	u32int pid;
	void (*f)(void *);
	void *arg;
	/* what is here is not needed any more; atomic */
	u32int done;
};

_Thread_local char lastnote[ERRMAX];

static void (*kernfn)(void);
/* the next argument's address */
static _Thread_local uintptr argtop;

/* --- arguments --- */

/* Up's memory for arguments, all of it there, so that no call that uses it has to
 * get any. */
static void
argsegment(void)
{
	setseg(BSEG, newseg(SG_BSS, Argbase, Argsize / BY2PG));
	memset(userptr(Argbase), 0, Argsize);
	argreset();
}

void
argreset(void)
{
	argtop = Argbase;
}

uintptr
argroom(usize n)
{
	uintptr va;

	va = argtop;
	must(n <= Argbase + Argsize - va);
	argtop += ROUNDUP(n, 16);
	return va;
}

uintptr
argcopy(const void *p, usize n)
{
	uintptr va;

	if(p == nil)
		return 0;
	va = argroom(n);
	memmove(userptr(va), p, n);
	return va;
}

uintptr
argstr(const char *s)
{
	return s != nil ? argcopy(s, strlen(s) + 1) : 0;
}

/* --- groups --- */

void
nogroups(void)
{
	closegroups(up);
}

void
warmchans(int n)
{
	Chan **c;
	int i;

	c = calloc(n, sizeof *c);
	for(i = 0; i < n; i++)
		c[i] = newchan();
	for(i = 0; i < n; i++)
		chanfree(c[i]);
	free(c);
}

/* --- processes --- */

static void
workerbody(void *arg)
{
	Worker *w;

	w = arg;
	argsegment();
	w->f(w->arg);
}

static void
work(void)
{
	Worker *w;

	w = up->karg;
	runbody(workerbody, w);
	astore(&w->done, 1);
	pexit("", 1);
}

static void
sharegroups(Proc *p)
{
	incref(&up->pgrp->r);
	p->pgrp = up->pgrp;
	incref(&up->fgrp->r);
	p->fgrp = up->fgrp;
	egrpref(up->egrp);
	p->egrp = up->egrp;
	incref(&up->rgrp->r);
	storerelaxed(&p->rgrp, up->rgrp);
	incref(&up->slash->r);
	p->slash = up->slash;
	incref(&up->dot->r);
	p->dot = up->dot;
}

Worker *
spawn(void (*f)(void *), void *arg)
{
	Worker *w;
	Proc *p;

	w = calloc(1, sizeof *w);
	p = bodyproc("worker", up->user);
	w->p = p;
	w->pid = p->pid;
	w->f = f;
	w->arg = arg;
	p->karg = w;
	sharegroups(p);
	procmust(p, work);
	return w;
}

static void
workprog(void *path)
{
	Worker *w;

	w = up->karg;
	execprog(path, (char *[]){path, nil});
	astore(&w->done, 1);
	touser(&up->start);
}

Worker *
spawnprog(const char *path)
{
	return spawn(workprog, (void *)path);
}

/* Its Proc is free, or another process. */
static int
ended(Worker *w)
{
	u32int pid;

	if(!aload(&w->done))
		return 0;
	pid = aload(&w->p->pid);
	return aload(&w->p->state) == Dead || (pid != 0 && pid != w->pid);
}

void
join(Worker *w)
{
	struct timespec t = {0, Tick};

	while(!ended(w))
		nanosleep(&t, nil);
	free(w);
}

Proc *
workerproc(Worker *w)
{
	return w->p;
}

int
notework(Worker *w, const char *msg)
{
	return postnotepid(w->p, w->pid, msg, NUser);
}

/* Until all that are awaited are here. */
static void
nowork(void *awaited)
{
	__atomic_sub_fetch((u32int *)awaited, 1, __ATOMIC_SEQ_CST);
	while(aload((u32int *)awaited) != 0)
		sched_yield();
}

void
warmprocs(int n)
{
	Worker **w;
	u32int awaited;
	int i;

	w = calloc(n, sizeof *w);
	awaited = n;
	for(i = 0; i < n; i++)
		w[i] = spawn(nowork, &awaited);
	for(i = 0; i < n; i++)
		join(w[i]);
	free(w);
}

/* --- the first process --- */

static void
firstbody(void *arg)
{
	USED(arg);
	argsegment();
	kernfn();
}

static void
firstkern(void)
{
	runbody(firstbody, nil);
	nogroups();
	hostexit(0);
}

void
inkern(void (*f)(void))
{
	kernfn = f;
	machinit(Nframes, Nimages);
	must(machboot(firstkern) == 0);
	machclean();
}
