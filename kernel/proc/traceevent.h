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
	/* the process runs */
	TRrun = 3,
	/* the process is ready to run */
	TRready = 4,
	TRsleep = 5,
	TRdead = 10,
	/* an event that ctl names */
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

/* Keep events from now on. Returns 0 if they are kept already, for another reader. Errors:
 * Enomem. */
int traceopen(void);
void traceclose(void);
/* Take events of at most n bytes to kernel memory at buf. Returns how many bytes. Does not
 * wait. */
long tracetake(void *buf, long n);
/* Note that p does that, if ctl trace marked p and there is a reader. May be called wherever a
 * Lock may be taken. */
void traceevent(Proc *p, int type);

#endif
