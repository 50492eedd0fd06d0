/*
 * alarm(2): a kernel process that sleeps until the earliest alarm is due. The first
 * alarm starts it: most programs set none.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"

enum
{
	/* Proc.alarm while the clock process posts the note. No alarm is due so early. */
	Ringing = 1,
};

static struct
{
	/* guards next; a leaf */
	Lock lock;
	/* when the clock process looks next (monons); 0: never */
	uvlong next;
	Rendez rend;
	/* held by the process that starts the clock process */
	QLock starting;
	/* the clock process exists; read without a lock */
	int started;
} alarms = {.lock = LOCKRANK(Ralarms), .starting = QLOCKRANK(Ralarmstart)};

static int
sooner(void *arg)
{
	return aload(&alarms.next) != *(uvlong *)arg;
}

/* Make p's alarm `to', if it is `from'. Returns 0 if it is not. */
static int
changealarm(Proc *p, uvlong from, uvlong to)
{
	return __atomic_compare_exchange_n(
	    &p->alarm, &from, to, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* Post the alarms that are due at `now'. Returns when the next one is due, or 0. */
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
		pid = aload(&p->pid);
		when = aload(&p->alarm);
		if(when == 0)
			continue;
		if(when > now) {
			if(next == 0 || when < next)
				next = when;
			continue;
		}
		/* no note if the process has set it again meanwhile */
		if(!changealarm(p, when, Ringing))
			continue;
		postnotepid(p, pid, "alarm", NUser);
		/* if p has ended meanwhile, this may be the alarm of another process */
		changealarm(p, Ringing, 0);
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
		astore(&alarms.next, 0);
		unlock(&alarms.lock);
		/* a later alarm is either seen by ring, or changes next */
		now = monons();
		next = ring(now);
		lock(&alarms.lock);
		if(next != 0 && (alarms.next == 0 || next < alarms.next))
			astore(&alarms.next, next);
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

/* Start the clock process, unless it runs. If the host has no process to give, the clock process waits
 * for one: programs expect the note, and no error of alarm. Errors if there is no memory. */
static void
startclock(void)
{
	if(loadacquire(&alarms.started))
		return;
	qlock(&alarms.starting);
	onerror(qunlock(&alarms.starting));
	if(!alarms.started) {
		kprocgo(kproclater("alarm", alarmproc, nil));
		storerelease(&alarms.started, 1);
	}
	poperror();
	qunlock(&alarms.starting);
}

/* Put `when' in the place of up's alarm, which is returned. An alarm that rings is waited for: its
 * note comes before this returns. */
static uvlong
swapalarm(uvlong when)
{
	uvlong old;

	for(;;) {
		old = aload(&up->alarm);
		if(old == Ringing)
			hostyield();
		else if(changealarm(up, old, when))
			return old;
	}
}

uvlong
setalarm(uvlong when)
{
	uvlong old;
	int first;

	if(when != 0)
		startclock();
	old = swapalarm(when);
	if(when == 0)
		return old;
	lock(&alarms.lock);
	first = alarms.next == 0 || when < alarms.next;
	if(first)
		astore(&alarms.next, when);
	unlock(&alarms.lock);
	if(first)
		wakeup(&alarms.rend);
	return old;
}
