/*
 * alarm(2): a kernel process that sleeps until the earliest alarm is due. The first
 * alarm starts it: most programs set none.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"

static struct
{
	Lock lock; /* next; leaf */
	uvlong next; /* monons when the clock process will look; 0: never */
	Rendez rend;
	QLock starting; /* started */
	int started; /* there is the clock process; read without lock */
} alarms = {.lock = LOCKRANK(Ralarms), .starting = QLOCKRANK(Ralarmstart)};

static int
sooner(void *arg)
{
	return __atomic_load_n(&alarms.next, __ATOMIC_SEQ_CST) !=
	    *(uvlong *)arg;
}

/* Post the alarms that are due. When the next is due, or 0. */
static uvlong
ring(uvlong now)
{
	uvlong when, next;
	Proc *p;
	u32int i, pid;

	next = 0;
	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p == nil)
			continue;
		pid = __atomic_load_n(&p->pid, __ATOMIC_SEQ_CST);
		when = __atomic_load_n(&p->alarm, __ATOMIC_SEQ_CST);
		if(when == 0)
			continue;
		if(when > now) {
			if(next == 0 || when < next)
				next = when;
			continue;
		}
		/* not if it was set again meanwhile */
		if(__atomic_compare_exchange_n(&p->alarm, &when, 0, 0,
		       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			postnotepid(p, pid, "alarm", NUser);
	}
	return next;
}

static void
alarmproc(void *unused)
{
	uvlong seen, now, next;

	USED(unused);
	for(;;) {
		lock(&alarms.lock);
		__atomic_store_n(&alarms.next, 0, __ATOMIC_SEQ_CST);
		unlock(&alarms.lock);
		/* an alarm set from here on is seen by ring, or changes next */
		now = monons();
		next = ring(now);
		lock(&alarms.lock);
		if(next != 0 && (alarms.next == 0 || next < alarms.next))
			__atomic_store_n(&alarms.next, next, __ATOMIC_SEQ_CST);
		seen = alarms.next;
		unlock(&alarms.lock);
		if(seen == 0)
			sleep(&alarms.rend, sooner, &seen);
		else {
			now = monons();
			if(seen > now)
				tsleep(&alarms.rend, sooner, &seen,
				    (seen - now + 999999) / 1000000);
		}
	}
}

/* Start the clock process, if it does not run. Errors. */
static void
startclock(void)
{
	if(__atomic_load_n(&alarms.started, __ATOMIC_ACQUIRE))
		return;
	qlock(&alarms.starting);
	if(waserror()) {
		qunlock(&alarms.starting);
		nexterror();
	}
	if(!alarms.started) {
		kproc("alarm", alarmproc, nil);
		__atomic_store_n(&alarms.started, 1, __ATOMIC_RELEASE);
	}
	poperror();
	qunlock(&alarms.starting);
}

void
setalarm(Proc *p, uvlong when)
{
	int first;

	if(when != 0)
		startclock();
	__atomic_store_n(&p->alarm, when, __ATOMIC_SEQ_CST);
	if(when == 0)
		return;
	lock(&alarms.lock);
	first = alarms.next == 0 || when < alarms.next;
	if(first)
		__atomic_store_n(&alarms.next, when, __ATOMIC_SEQ_CST);
	unlock(&alarms.lock);
	if(first)
		wakeup(&alarms.rend);
}
