/*
 * The process table. Procs are type-stable: the memory of a freed Proc is only ever
 * another Proc. A reader without a lock may read anything, and checks the pid again under
 * a lock.
 */
#include "u.h"
#include "lib/lib.h"
#include "portdat.h"
#include "sync/sync.h"
#include "host/host.h"

enum
{
	/* fewer than the host processes that the machine can have */
	NPROC = 4000,
};

static struct
{
	Lock lk;
	Proc *tab[NPROC];
	/* how many places were ever used */
	u32int n;
	Proc *free;
} procs = {.lk = LOCKRANK(Rprocs)};

Proc *
proctab(u32int i)
{
	Proc *p;

	if(i >= nproctab())
		return nil;
	p = procs.tab[i];
	return p != nil && loadrelaxed(&p->state) != Dead ? p : nil;
}

u32int
nproctab(void)
{
	return loadacquire(&procs.n);
}

Proc *
procalloc(void)
{
	static u64int said;
	Proc *p, *new;

	lock(&procs.lk);
	p = procs.free;
	if(p != nil)
		procs.free = p->rendhash;
	unlock(&procs.lk);
	if(p != nil)
		return p;
	new = malloc(sizeof *new);
	if(new == nil)
		return nil;
	procranks(new);
	lock(&procs.lk);
	if(procs.n == NPROC) {
		unlock(&procs.lk);
		free(new);
		saylimit(&said, "%d processes", NPROC);
		return nil;
	}
	new->index = procs.n;
	procs.tab[procs.n] = new;
	storerelease(&procs.n, procs.n + 1);
	unlock(&procs.lk);
	return new;
}

void
procfree(Proc *p)
{
	lock(&procs.lk);
	storerelaxed(&p->state, Dead);
	p->rendhash = procs.free;
	procs.free = p;
	unlock(&procs.lk);
}
