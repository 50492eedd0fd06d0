/*
 * Trace events: traceevent.c. The numbers and the structure are those of 9front's trace.h,
 * which trace(1) reads.
 */
#ifndef TRACEEVENT_H
#define TRACEEVENT_H

#include "u.h"

typedef struct Proc Proc;

enum
{
	/* running */
	TRrun = 3,
	/* to be run */
	TRready = 4,
	TRsleep = 5,
	TRdead = 10,
	/* ctl's event */
	TRuser = 13,
};

typedef struct Traceevent Traceevent;
struct Traceevent
{
	u32int pid;
	u32int type;
	/* todns */
	vlong time;
};

/* Events are kept from here on. 0: they are already, for another reader. Errors: Enomem. */
int traceopen(void);
void traceclose(void);
/* Take up to n bytes of events to kernel memory at buf: bytes. Does not wait. */
long tracetake(void *buf, long n);
/* Note that p does that, if ctl said trace of it and there is a reader. Any context that may
 * take a Lock. */
void traceevent(Proc *p, int type);

#endif
