/*
 * Trace events: what the processes that ctl trace marked do, for the one reader of /proc/trace.
 * proc(3), trace(1)
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/traceevent.h"
#include "host/host.h"
#include "lib/lib.h"

enum
{
	/* a power of 2; when as many are unread, further events are dropped */
	NEVENT = 0x4000,
};

static struct
{
	/* a leaf */
	Lock lk;
	u32int isopen;
	/* made by the first traceopen, and kept */
	Traceevent *ring;
	u32int produced;
	u32int consumed;
} events = {.lk = LOCKRANK(Revents)};

int
traceopen(void)
{
	Traceevent *ring;
	int was;

	ring = nil;
	if(loadrelaxed(&events.ring) == nil)
		ring = smalloc(NEVENT * sizeof *ring);
	lock(&events.lk);
	was = events.isopen;
	if(!was) {
		if(events.ring == nil) {
			storerelaxed(&events.ring, ring);
			ring = nil;
		}
		events.produced = events.consumed = 0;
		storerelaxed(&events.isopen, 1);
	}
	unlock(&events.lk);
	free(ring);
	return !was;
}

void
traceclose(void)
{
	lock(&events.lk);
	storerelaxed(&events.isopen, 0);
	unlock(&events.lk);
}

long
tracetake(void *buf, long n)
{
	Traceevent *to;
	long max;

	to = buf;
	max = n / (long)sizeof *to;
	lock(&events.lk);
	while(max-- > 0 && events.consumed != events.produced)
		*to++ = events.ring[events.consumed++ % NEVENT];
	unlock(&events.lk);
	return (char *)to - (char *)buf;
}

void
traceevent(Proc *p, int type)
{
	Traceevent *e;
	vlong now;

	if(!loadrelaxed(&p->trace) || !loadrelaxed(&events.isopen))
		return;
	now = todns();
	lock(&events.lk);
	if(events.isopen && events.produced - events.consumed < NEVENT) {
		e = &events.ring[events.produced++ % NEVENT];
		*e = (Traceevent){loadrelaxed(&p->pid), (u32int)type, now};
	}
	unlock(&events.lk);
}
