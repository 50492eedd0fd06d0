/*
 * Counters of the locks taken at each place in the program. Built with LOCKSTATS only. Counting
 * takes no lock.
 */
#include "u.h"
#include "sync/lockstat.h"
#include "host/host.h"

#ifdef LOCKSTATS
enum
{
	/* a power of two; a few hundred places take locks */
	Nstat = 1024,
};

static Lockstat stats[Nstat];

/* The counters of place pc, or of another place if the table is full. */
static Lockstat *
lockstatat(uintptr pc)
{
	Lockstat *s;
	uintptr old;
	u32int i, h;

	h = (u32int)(pc ^ pc >> 10);
	for(i = 0; i < Nstat; i++) {
		s = &stats[(h + i) % Nstat];
		old = loadrelaxed(&s->pc);
		if(old == 0 &&
		    __atomic_compare_exchange_n(&s->pc, &old, pc, 0,
			__ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return s;
		if(old == pc)
			return s;
	}
	return &stats[h % Nstat];
}

Lockstat *
lockstat(u32int n)
{
	u32int i;

	for(i = 0; i < Nstat; i++)
		if(loadrelaxed(&stats[i].pc) != 0 && n-- == 0)
			return &stats[i];
	return nil;
}

static void
statcount(uvlong *c, uvlong n)
{
	__atomic_fetch_add(c, n, __ATOMIC_RELAXED);
}

void
stattaken(Lock *l, uintptr pc)
{
	l->stat = lockstatat(pc);
	statcount(&l->stat->taken, 1);
	l->since = monons();
}

void
statfreed(Lock *l)
{
	statcount(&l->stat->holdns, monons() - l->since);
}

void
statrwtaken(uintptr pc)
{
	statcount(&lockstatat(pc)->taken, 1);
}

void
statwaited(uintptr pc, uvlong since)
{
	Lockstat *s;

	s = lockstatat(pc);
	statcount(&s->contended, 1);
	statcount(&s->waitns, monons() - since);
}
#else
Lockstat *
lockstat(u32int n)
{
	USED(n);
	return nil;
}
#endif
