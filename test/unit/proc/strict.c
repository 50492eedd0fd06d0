/*
 * The strict part of the storm: strict.h.
 *
 *   hear      a process that waits in the kernel gets each note that is posted to it
 *   stopkill  a process that is stopped and killed at once ends
 *   family    a process is told of the ends of its own children, and of no others
 */
#include <time.h>
#include "unit.h"
#include "mach/mach.h"
#include "mach/user.h"
#include "aout.h"
#include "lib/error.h"
#include "lib/lib.h"
#include "strict.h"

enum
{
	/* notes that one listener hears */
	Sounds = 20,
	/* a word of each process's stack: which Ear is its own */
	Myear = USTKTOP - 64 * KiB,
	/* a word of data, which no semaphore's owner releases */
	Nosem = 0x400000 + 32,
};

/* What a strict worker and its children tell each other: C variables, which no program has. All
 * are atomic. */
typedef struct Ear Ear;
struct Ear
{
	/* the last rounds that the listener has begun and ended */
	u32int in;
	u32int out;
	/* how many notes it has handled */
	u32int heard;
	/* stopkill: the victim */
	Proc *p;
	/* family: the orphan may end */
	u32int go;
};
static Ear ears[Stricts];

int strictrounds = 10;

static u32int
draw(u32int *s, u32int n)
{
	*s = *s * 1664525u + 1013904223u;
	return (*s >> 8) % n;
}

/* Waste a little time in user mode, where nothing interrupts it. */
static void
dawdle(u32int *s)
{
	u32int n;

	for(n = draw(s, 4000); n > 0; n--)
		__asm__ volatile("");
}

/* Await the child pid, which is the next to end. */
static void
awaitpid(int pid, const char *status)
{
	char buf[256];
	int got;

	got = uawait(buf, sizeof buf);
	if(got != pid || strstr(buf, status) == nil)
		panic("await of %d (%s): %d, %s", pid, status, got,
		    got < 0 ? uerrstr() : buf);
}

static int
openproc(u32int pid, const char *file)
{
	char path[64];
	int fd;

	snprint(path, sizeof path, "/proc/%d/%s", pid, file);
	fd = uopen(path, OWRITE);
	must(fd >= 0);
	return fd;
}

/* --- hear --- */

void
earhandler(uintptr ureg)
{
	Ear *e;

	USED(ureg);
	e = &ears[uload(Myear)];
	astore(&e->heard, aload(&e->heard) + 1);
	sys(Nnoted, NCONT);
}

/* A system call that ends with a note, and with nothing else. */
static void
waitfornote(u32int *s, int fd)
{
	switch(draw(s, 5)) {
	case 0:
	case 1:
		must((u32int)sys(Nrendezvous, 77, 1) == ~0U);
		break;
	case 2:
		must((int)sys(Nsemacquire, Nosem, 1) < 0);
		break;
	case 3:
		must((int)sys(Nsleep, 1000 * 1000) < 0);
		break;
	case 4:
		must(sys(Npread, fd, Nosem + 8, 1, ~(uintptr)0) < 0);
		break;
	}
}

static void
listener(uintptr arg)
{
	uintptr va;
	int fd[2];
	u32int s, k;
	Ear *e;

	e = &ears[arg % Stricts];
	s = arg;
	ustore(Nosem, 0);
	ustore(Myear, arg % Stricts);
	va = ualloc(sizeof fd);
	must((int)sys(Npipe, va) >= 0);
	ucopyin(fd, va, sizeof fd);
	sys(Nnotify, fnaddr(Earhandler));
	for(k = 1; k <= Sounds; k++) {
		astore(&e->in, k);
		dawdle(&s);
		waitfornote(&s, fd[0]);
		astore(&e->out, k);
	}
	uexits("listener ok");
}

/* Post a note to the listener in round k, and wait until it is handled, or the round is over:
 * nothing else ends the listener's wait. */
static void
post(Ear *e, int fd, u32int k)
{
	u32int heard;

	heard = aload(&e->heard);
	if(aload(&e->out) >= k || uwrites(fd, "listen") < 0)
		return;
	while(aload(&e->heard) == heard && aload(&e->out) < k)
		sys(Nsleep, 0);
}

static void
hear(u32int *s, u32int n)
{
	u32int k;
	int pid, fd;
	Ear *e;

	e = &ears[n];
	astore(&e->in, 0);
	astore(&e->heard, 0);
	astore(&e->out, 0);
	pid = ufork(RFPROC | RFNOTEG | RFREND | RFFDG, listener,
	    draw(s, 1 << 16) * Stricts + n);
	if(pid < 0)
		return;
	fd = openproc(pid, "note");
	for(k = 1; k <= Sounds; k++) {
		while(aload(&e->in) < k)
			sys(Nsleep, 0);
		dawdle(s);
		post(e, fd, k);
		/* the handler may have run before the system call */
		while(aload(&e->out) < k)
			post(e, fd, k);
	}
	sys(Nclose, fd);
	awaitpid(pid, "listener ok");
}

/* --- stopkill --- */

static void
victim(uintptr arg)
{
	astore(&ears[arg].p, up);
	for(;;) {
		upoll();
		sys(Nsleep, 0);
	}
}

static void
stopper(uintptr arg)
{
	int fd;

	fd = openproc(arg, "ctl");
	/* it has stopped, or died first */
	uwrites(fd, "stop");
	uexits("stopper ok");
}

/* Is the victim asked to stop, or stopped? */
static int
isstopping(Ear *e)
{
	Proc *p;

	p = aload(&e->p);
	return loadrelaxed(&p->procctl) != Proc_none ||
	    aload(&p->state) == Stopped;
}

/* Kill a process that another is stopping: once. */
static void
stopkill(u32int *s, u32int n)
{
	char buf[256];
	int pid[2], fd, got, k;

	astore(&ears[n].p, nil);
	pid[0] = ufork(RFPROC | RFNOTEG | RFFDG, victim, n);
	if(pid[0] < 0)
		return;
	fd = openproc(pid[0], "ctl");
	/* one that stops before it runs would not tell its Proc */
	while(aload(&ears[n].p) == nil)
		hostyield();
	pid[1] = ufork(RFPROC | RFNOTEG | RFFDG, stopper, pid[0]);
	while(pid[1] > 0 && !isstopping(&ears[n]))
		hostyield();
	dawdle(s);
	must(uwrites(fd, "kill") > 0);
	sys(Nclose, fd);
	for(k = 0; k < (pid[1] > 0 ? 2 : 1); k++) {
		got = uawait(buf, sizeof buf);
		must(got == pid[0]
			? strstr(buf, "Killed") != nil
			: got == pid[1] && strstr(buf, "stopper ok") != nil);
	}
}

/* --- family --- */

static void
orphan(uintptr arg)
{
	while(aload(&ears[arg].go) == 0)
		sys(Nsleep, 0);
	uexits("orphan");
}

/* It ends before its child, and another process gets its Proc. */
static void
badparent(uintptr arg)
{
	ufork(RFPROC | RFNOTEG | RFFDG, orphan, arg);
	uexits("badparent ok");
}

static void
ownchild(uintptr arg)
{
	USED(arg);
	sys(Nsleep, 1);
	uexits("ownchild");
}

static void
goodparent(uintptr arg)
{
	char buf[64];
	int pid;

	astore(&ears[arg].go, 1);
	pid = ufork(RFPROC | RFNOTEG | RFFDG, ownchild, 0);
	if(pid > 0)
		awaitpid(pid, "ownchild");
	must(uawait(buf, sizeof buf) < 0);
	must(strcmp(uerrstr(), Enochild) == 0);
	uexits("goodparent ok");
}

static void
family(u32int n)
{
	int pid;

	astore(&ears[n].go, 0);
	pid = ufork(RFPROC | RFNOTEG | RFFDG, badparent, n);
	if(pid > 0)
		awaitpid(pid, "badparent ok");
	pid = ufork(RFPROC | RFNOTEG | RFFDG, goodparent, n);
	if(pid > 0)
		awaitpid(pid, "goodparent ok");
	astore(&ears[n].go, 1);
}

/* --- */

/* A process that was asked to stop takes its time over the locks on the way. */
static void
slowstop(const char *func)
{
	static _Thread_local u32int s = 1;
	struct timespec t = {0, 0};

	USED(func);
	if(up == nil || loadrelaxed(&up->procctl) != Proc_stopme)
		return;
	t.tv_nsec = draw(&s, 3) * 50000;
	nanosleep(&t, nil);
}

void
strictinit(void)
{
	atpoint = slowstop;
	userfn(strictworker);
	userfn(listener), userfn(victim), userfn(stopper);
	userfn(orphan), userfn(badparent), userfn(ownchild);
	userfn(goodparent);
}

void
strictworker(uintptr arg)
{
	u32int s, n;
	int k;

	n = arg % Stricts;
	s = arg * 40503u;
	for(k = 0; k < strictrounds; k++) {
		hear(&s, n);
		stopkill(&s, n);
		family(n);
	}
	uexits("worker ok");
}
