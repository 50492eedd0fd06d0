/*
 * The test machine's time and waits, and the end.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "priv.h"
#include "lib/lib.h"

enum
{
	NWAIT = 64, /* buckets of sleepers */
};

static struct
{
	pthread_mutex_t lk;
	pthread_cond_t cond;
} waits[NWAIT];

static pthread_mutex_t said = PTHREAD_MUTEX_INITIALIZER;

pthread_condattr_t bymonons;
int machverbose = 1;
char machsaid[512];

void
waitinit(void)
{
	int k;

	pthread_condattr_init(&bymonons);
	pthread_condattr_setclock(&bymonons, CLOCK_MONOTONIC);
	for(k = 0; k < NWAIT; k++) {
		pthread_mutex_init(&waits[k].lk, nil);
		pthread_cond_init(&waits[k].cond, &bymonons);
	}
}

static uvlong
readclock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uvlong)t.tv_sec * 1000000000 + t.tv_nsec;
}

uvlong
monons(void)
{
	return readclock(CLOCK_MONOTONIC);
}

vlong clockskew;

vlong
todns(void)
{
	return readclock(CLOCK_REALTIME) + clockskew;
}

void
after(struct timespec *t, vlong ns)
{
	uvlong end;

	end = monons() + ns;
	t->tv_sec = end / 1000000000;
	t->tv_nsec = end % 1000000000;
}

int
hostwait(u32int *w, u32int val, vlong ns)
{
	struct timespec t;
	int b, r;

	b = (uintptr)w / sizeof *w % NWAIT;
	r = 0;
	pthread_mutex_lock(&waits[b].lk);
	if(aload(w) == val) {
		if(ns < 0)
			pthread_cond_wait(&waits[b].cond, &waits[b].lk);
		else {
			after(&t, ns);
			r = pthread_cond_timedwait(
			    &waits[b].cond, &waits[b].lk, &t);
		}
	}
	pthread_mutex_unlock(&waits[b].lk);
	return r == 0 ? 0 : -1;
}

void
hostwake(u32int *w, int n)
{
	int b;

	USED(n);
	b = (uintptr)w / sizeof *w % NWAIT;
	pthread_mutex_lock(&waits[b].lk);
	pthread_cond_broadcast(&waits[b].cond);
	pthread_mutex_unlock(&waits[b].lk);
}

int
hostsleep(u32int *w, u32int val, vlong ns)
{
	int r;

	enterlazy();
	r = hostwait(w, val, ns);
	leavelazy(1);
	return r;
}

void
hostrelax(void)
{
	sched_yield();
}

void
hostyield(void)
{
	sched_yield();
}

int
hostncpu(void)
{
	return 2;
}

int
hostcpuindex(int n)
{
	return n < hostncpu() ? n : -1;
}

uvlong
hostcyclefreq(void)
{
	return 1000000000;
}

int
hostcpupge(void)
{
	return 1;
}

char *
hostcpuname(char *buf, int n)
{
	strecpy(buf, buf + n, "array");
	return buf;
}

void
hosttimes(Proc *p, uvlong *user, uvlong *sys)
{
	struct timespec t;
	clockid_t id;
	Slot *s;

	*user = *sys = 0;
	s = aload(&p->mach.slot);
	if(s == nil || aload(&s->proc) != p ||
	    pthread_getcpuclockid(s->thread, &id) != 0 ||
	    clock_gettime(id, &t) != 0)
		return;
	*user = (uvlong)t.tv_sec * 1000000000 + t.tv_nsec;
}

void
hosttimeslately(uvlong *user, uvlong *sys)
{
	hosttimes(up, user, sys);
}

void
panic(const char *fmt, ...)
{
	char buf[512];
	va_list ap;

	va_start(ap, fmt);
	vseprint(buf, buf + sizeof buf, fmt, ap);
	va_end(ap);
	fprintf(
	    stderr, "panic: pid %d: %s\n", up != nil ? (int)up->pid : -1, buf);
	abort();
}

void
kprint(const char *fmt, ...)
{
	char buf[sizeof machsaid];
	va_list ap;

	va_start(ap, fmt);
	vseprint(buf, buf + sizeof buf, fmt, ap);
	va_end(ap);
	pthread_mutex_lock(&said);
	strecpy(machsaid, machsaid + sizeof machsaid, buf);
	pthread_mutex_unlock(&said);
	if(machverbose)
		fputs(buf, stderr);
}
