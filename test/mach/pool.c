/*
 * The test machine's host processes: a pool of threads, each with a window. A
 * thread whose process has ended waits for another, as a slot does on Linux.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "priv.h"
#include "lib/lib.h"
#include "proc/sys.h"

enum
{
	Stack = 2 * MiB,
};

_Thread_local Proc *up;
_Thread_local Slot *self;
int maxslots = NSLOT;

static struct
{
	pthread_mutex_t lk;
	Slot *idle;
	Slot slot[NSLOT];
	int nslot;
	int nbusy;
	int exited; /* hostexit was called */
	int status;
	pthread_cond_t exit;
} pool = {.lk = PTHREAD_MUTEX_INITIALIZER};

/* What procend asked for. The thread is the pool's again before whoever sleeps
 * on told can run. */
static void
finish(Slot *s)
{
	Proc *p;
	Rendez *r;

	p = s->proc;
	r = s->told;
	/* no longer up's, before p may become another's */
	mmunew();
	astore(&s->proc, nil);
	up = nil;
	s->done(p);
	pthread_mutex_lock(&pool.lk);
	s->busy = 0;
	s->next = pool.idle;
	pool.idle = s;
	pool.nbusy--;
	pthread_mutex_unlock(&pool.lk);
	if(r != nil)
		wakeup(r);
}

static void
waitbusy(Slot *s)
{
	pthread_mutex_lock(&pool.lk);
	while(!s->busy)
		pthread_cond_wait(&s->go, &pool.lk);
	pthread_mutex_unlock(&pool.lk);
}

static void *
slotmain(void *a)
{
	self = a;
	for(;;) {
		switch(libcsetjmp(self->base)) {
		case Run:
			runuser();
		case End:
			finish(self);
			break;
		}
		waitbusy(self);
		up = self->proc;
		self->act = nil;
		self->fp = 0;
		/* a note may have come before there was a slot to kick */
		astore(&self->kicked, 1);
		inkernel(1);
		mmunew();
		self->start();
		panic("a process's first function returned");
	}
	return nil;
}

/* An idle thread or a new one, for p; nil if there are too many. */
static Slot *
takeslot(Proc *p, void (*f)(void), int must)
{
	Slot *s;

	pthread_mutex_lock(&pool.lk);
	if(!must && pool.nbusy >= maxslots) {
		pthread_mutex_unlock(&pool.lk);
		return nil;
	}
	s = pool.idle;
	if(s != nil)
		pool.idle = s->next;
	else if(pool.nslot < NSLOT) {
		s = &pool.slot[pool.nslot];
		s->index = pool.nslot++;
		mmuslot(&s->mmu, s->index);
		pthread_cond_init(&s->go, nil);
	}
	if(s != nil) {
		pool.nbusy++;
		s->start = f;
		astore(&s->proc, p);
		astore(&p->mach.slot, s);
	}
	pthread_mutex_unlock(&pool.lk);
	return s;
}

void
slotself(Proc *p)
{
	Slot *s;

	s = takeslot(p, nil, 1);
	must(s != nil);
	s->made = s->busy = 1;
	s->thread = pthread_self();
	self = s;
	up = p;
	mmunew();
}

static void
makethread(Slot *s)
{
	pthread_attr_t a;

	s->made = 1;
	pthread_attr_init(&a);
	pthread_attr_setstacksize(&a, Stack);
	pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
	if(pthread_create(&s->thread, &a, slotmain, s) != 0)
		panic("no thread");
	pthread_attr_destroy(&a);
}

static int
run(Proc *p, void (*f)(void), int must)
{
	Slot *s;

	s = takeslot(p, f, must);
	if(s == nil)
		return 0;
	if(!s->made)
		makethread(s);
	PERTURB();
	pthread_mutex_lock(&pool.lk);
	s->busy = 1;
	pthread_cond_signal(&s->go);
	pthread_mutex_unlock(&pool.lk);
	PERTURB();
	return 1;
}

void
procrun(Proc *p, void (*f)(void))
{
	if(!run(p, f, 0))
		error("no free process slots");
}

void
procmust(Proc *p, void (*f)(void))
{
	if(!run(p, f, 1))
		panic("no free process slots");
}

void
procreserve(Proc *p, const void *program, int thread)
{
	USED(p), USED(program), USED(thread);
}

void
procunreserve(Proc *p)
{
	USED(p);
}

void
procend(void (*done)(Proc *), Rendez *r)
{
	self->done = done;
	self->told = r;
	longjmp(self->base, End);
}

void
kick(Proc *p)
{
	Slot *s;

	s = aload(&p->mach.slot);
	if(s != nil && aload(&s->proc) == p) {
		astore(&s->kicked, 1);
		if(s != self)
			endblock(s);
	}
}

/* A process of the test machine has no user mode in which a note could wait. */
int
kicktick(void)
{
	return 0;
}

int
ticking(void)
{
	return 0;
}

void
procsched(Proc *p)
{
	USED(p);
}

void
setuserregs(Proc *p, Ureg *u, const Ureg *new)
{
	USED(p);
	*u = *new;
}

/* --- floating point: one register --- */

void
fpinit(void)
{
	self->fp = 0;
}

void
fpsave(uintptr ureg)
{
	u32int k, n;

	n = nelem(up->mach.fpureg);
	for(k = 0; k < n - 1; k++)
		if(up->mach.fpureg[k] == ureg || up->mach.fpureg[k] == 0)
			break;
	for(; k > 0; k--) {
		up->mach.fpureg[k] = up->mach.fpureg[k - 1];
		up->mach.fpkept[k] = up->mach.fpkept[k - 1];
	}
	up->mach.fpureg[0] = ureg;
	up->mach.fpkept[0] = self->fp;
	self->fp = 0;
}

void
fprestore(uintptr ureg, int again)
{
	u32int k;

	for(k = 0; k < nelem(up->mach.fpureg); k++)
		if(up->mach.fpureg[k] == ureg) {
			self->fp = up->mach.fpkept[k];
			if(!again)
				up->mach.fpureg[k] = 0;
			return;
		}
}

void
fpstop(void)
{
}

void
fpgo(void)
{
}

int
fpask(Proc *p)
{
	USED(p);
	return 0;
}

int
fpset(Proc *p)
{
	USED(p);
	return 0;
}

int
fpget(Proc *p, uchar *regs)
{
	USED(p), USED(regs);
	return 0;
}

void
fpput(Proc *p, const uchar *regs)
{
	USED(p), USED(regs);
}

void
forkregs(Proc *p, const Ureg *u)
{
	memmove(p->mach.fpureg, up->mach.fpureg, sizeof p->mach.fpureg);
	memmove(p->mach.fpkept, up->mach.fpkept, sizeof p->mach.fpkept);
	USED(p), USED(u);
}

/* --- start and end --- */

void
hostexit(int status)
{
	leavemem();
	pthread_mutex_lock(&pool.lk);
	pool.exited = 1;
	pool.status = status;
	pthread_cond_broadcast(&pool.exit);
	pthread_mutex_unlock(&pool.lk);
	/* the instance is over: this process does no more */
	for(;;)
		hostwait(&(u32int){0}, 0, -1);
}

int
machwait(void)
{
	int status;

	pthread_mutex_lock(&pool.lk);
	while(!pool.exited)
		pthread_cond_wait(&pool.exit, &pool.lk);
	status = pool.status;
	pthread_mutex_unlock(&pool.lk);
	return status;
}

void
poolinit(void)
{
	pthread_cond_init(&pool.exit, nil);
	hostcallinit();
}
